/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h: where instances come from, and what clients may do to those of each
 * source. The control server finds the source by the name that an instance
 * carries.
 */
#ifndef NETINST_SOURCE_SOURCE_H
#define NETINST_SOURCE_SOURCE_H

#include "core/object/instance.h"

struct source {
	const char *name;
	const char *refusal; /* why it is not so; one sentence */
	bool destroyable;    /* clients may shut it down and destroy it */
	bool changeable;     /* clients may change its protocols, interfaces */
};

/* Simulated instances, which exist because somebody asked for them. */
extern const struct source source_sim;

/* The source of an instance; never NULL. */
const struct source *source_of(const struct instance *instance);

/* Whether some instance may carry it. */
bool source_is_name(const char *name);

/*
 * Creates the global instance, id 0, with inet, inet6 and arp. Before anything
 * else is created. Its source refuses shutdown and destroy.
 */
int source_create_global(core_done_fn done, void *arg);

/*
 * The same, as the daemon's own network namespace, after netns_prepare():
 * whether it has inet6 is told once netns_start() was called.
 */
int source_create_home(core_done_fn done, void *arg);

#endif
