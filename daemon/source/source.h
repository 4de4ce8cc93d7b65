/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h: where instances come from. Each source fills one table of
 * operations; the control server finds it by the name that an instance carries
 * and never asks which one it is. A NULL operation is one the source refuses.
 */
#ifndef NETINST_SOURCE_SOURCE_H
#define NETINST_SOURCE_SOURCE_H

#include "core/object/instance.h"
#include "core/interface/interface.h"

/* These take what the functions of interface.h take, errors too. */
struct source_interfaces {
	int (*add)(struct instance *instance,
	    const struct interface_config *config, core_done_fn done,
	    void *arg);
	int (*remove)(struct instance *instance,
	    const struct interface_ref *ref, core_done_fn done, void *arg);
	int (*set)(struct instance *instance, const struct interface_ref *ref,
	    const struct interface_change *change, core_done_fn done,
	    void *arg);
	int (*add_address)(struct instance *instance,
	    const struct interface_ref *ref,
	    const struct interface_address *address, core_done_fn done,
	    void *arg);
	int (*remove_address)(struct instance *instance,
	    const struct interface_ref *ref, const struct ip_prefix *own,
	    core_done_fn done, void *arg);
	int (*set_address)(struct instance *instance,
	    const struct interface_ref *ref, const struct ip_prefix *own,
	    const struct interface_address_change *change, core_done_fn done,
	    void *arg);
	int (*add_route)(struct instance *instance,
	    const struct interface_route *route, core_done_fn done, void *arg);
	int (*remove_route)(struct instance *instance,
	    const struct ip_prefix *destination, core_done_fn done, void *arg);
};

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
	/* NULL: its interfaces are what they are. */
	const struct source_interfaces *interfaces;
};

/* Simulated instances: whatever netinstctl asks for. */
extern const struct source source_sim;
/* The global instance that is no namespace. */
extern const struct source source_global;
/* Network namespaces: what the kernel has (netns.h). */
extern const struct source source_netns;

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
