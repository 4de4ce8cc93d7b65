/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim.c: simulated instances, which exist because somebody asked for them, and
 * the global one where it is no namespace. Owns nothing: the core does it all.
 */
#include "source/source.h"

#include <netinst/neti.h>

#include "base/check.h"

static int
sim_create(const struct instance_config *config, struct instance **created,
    core_done_fn done, void *arg)
{
	struct instance_config own = *config;

	own.source = source_sim.name;
	return instance_create(&own, created, done, arg);
}

static const struct source_interfaces sim_interfaces = {
    .add = interface_add,
    .remove = interface_remove,
    .set = interface_set,
    .add_address = interface_add_address,
    .remove_address = interface_remove_address,
    .set_address = interface_set_address,
    .add_route = interface_add_route,
    .remove_route = interface_remove_route,
};

const struct source source_sim = {
    .name = "sim",
    .refusal = "a simulated instance takes every operation",
    .create = sim_create,
    .shutdown = instance_shutdown,
    .destroy = instance_destroy,
    .add_protocol = instance_add_protocol,
    .remove_protocol = instance_remove_protocol,
    .interfaces = &sim_interfaces,
};

const struct source source_global = {
    .name = "sim",
    .refusal = "the global instance lives as long as the daemon",
    .add_protocol = instance_add_protocol,
    .remove_protocol = instance_remove_protocol,
    .interfaces = &sim_interfaces,
};
