/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c: which source an instance is of, and the first instance of all. What
 * the kernel has made is not for clients to change. Holds nothing; any thread.
 */
#include "source/source.h"

#include <string.h>

#include <netinst/neti.h>

#include "base/check.h"
#include "core/object/exec_context.h"
#include "source/netns/netns.h"

static const char global_name[] = "global";

const struct source source_sim = {
    .name = "sim",
    .refusal = "a simulated instance takes every operation",
    .destroyable = true,
    .changeable = true,
};

/* The global instance that is no namespace. */
static const struct source source_global = {
    .name = "sim",
    .refusal = "the global instance lives as long as the daemon",
    .changeable = true,
};

/* Network namespaces: what the kernel has (netns.h). */
static const struct source source_netns = {
    .name = "netns",
    .refusal = "it is a network namespace and as the kernel has it: change it "
	       "with ip",
};

/* The daemon's own namespace. */
static const struct source source_home = {
    .name = "netns",
    .refusal = "the global instance lives as long as the daemon, and is as the "
	       "kernel has it: change it with ip",
};

const struct source *
source_of(const struct instance *instance)
{
	bool real = strcmp(instance_source(instance), source_netns.name) == 0;

	if (instance_id(instance) == GLOBAL_ZONEID)
		return real ? &source_home : &source_global;
	return real ? &source_netns : &source_sim;
}

bool
source_is_name(const char *name)
{
	static const struct source *const all[] = {&source_sim, &source_netns};

	for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
		if (strcmp(all[i]->name, name) == 0)
			return true;
	}
	return false;
}

static int
source_create_first(
    const struct instance_config *config, core_done_fn done, void *arg)
{
	int error = instance_create(config, NULL, done, arg);

	if (error != 0 && config->exec_context != NULL)
		config->exec_context->ops->release(config->exec_context);
	return error;
}

int
source_create_global(core_done_fn done, void *arg)
{
	static const char *const protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};
	const struct instance_config config = {
	    .name = global_name,
	    .source = source_global.name,
	    .protocols = protocols,
	    .protocol_count = ARRAY_LENGTH(protocols),
	};

	return source_create_first(&config, done, arg);
}

/* Whether it has inet6 is told later. */
int
source_create_home(core_done_fn done, void *arg)
{
	static const char *const protocols[] = {NHF_INET, NHF_ARP};
	const struct instance_config config = {
	    .name = global_name,
	    .source = source_home.name,
	    .protocols = protocols,
	    .protocol_count = ARRAY_LENGTH(protocols),
	    .exec_context = netns_home_context(),
	};

	return source_create_first(&config, done, arg);
}
