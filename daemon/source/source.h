/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h: where instances come from. Each source fills one table of
 * operations; the control server finds it by the name that an instance carries
 * and never asks which one it is. A NULL operation is one the source refuses.
 */
#ifndef NETINST_SOURCE_SOURCE_H
#define NETINST_SOURCE_SOURCE_H

#include "core/instance.h"

struct source {
	const char *name;
	const char *refusal; /* why an operation is NULL; one sentence */
	/* These take what the functions of instance.h take, errors too. */
	int (*create)(const struct instance_config *config,
	    struct instance **created, core_done_fn done, void *arg);
	int (*shutdown)(
	    struct instance *instance, core_done_fn done, void *arg);
	int (*destroy)(struct instance *instance, core_done_fn done, void *arg);
	int (*add_protocol)(struct instance *instance, const char *name,
	    core_done_fn done, void *arg);
	int (*remove_protocol)(struct instance *instance, const char *name,
	    core_done_fn done, void *arg);
};

/* Simulated instances: whatever netinstctl asks for. */
extern const struct source source_sim;

/* The source of an instance; never NULL. */
const struct source *source_of(const struct instance *instance);

/*
 * Creates the global instance, id 0, with inet, inet6 and arp. Before anything
 * else is created. Its source refuses shutdown and destroy.
 */
int source_create_global(core_done_fn done, void *arg);

#endif
