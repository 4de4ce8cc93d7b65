/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance.h: making, changing, finding and reading instances. Sources make
 * them, the control server shows them. Any thread.
 */
#ifndef NETINST_CORE_INSTANCE_H
#define NETINST_CORE_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/core.h"

enum instance_state {
	INSTANCE_CREATING,
	INSTANCE_ACTIVE,
	INSTANCE_SHUTTING_DOWN,
	INSTANCE_DOWN,
	INSTANCE_DESTROYING
};
#define INSTANCE_STATES (INSTANCE_DESTROYING + 1)

/* "creating", "active", "shutting-down", "down", "destroying". */
const char *instance_state_name(enum instance_state state);

struct instance;
struct exec_context;

/* What to create an instance from; everything is copied. */
struct instance_config {
	const char *name;	      /* 1 to INSTANCE_NAME_MAX bytes */
	const char *source;	      /* "sim", ...: a string that stays */
	const char *const *protocols; /* added, in this order, after create */
	size_t protocol_count;	      /* at most PROTOCOLS_MAX */
	/*
	 * Where its callbacks may run (exec_context.h); the instance gets the
	 * reference unless there is an error. NULL: nowhere but at home.
	 */
	struct exec_context *exec_context;
	/*
	 * A name that is taken is no error: it is found by its id only, until
	 * those that had the name before it have it no more.
	 */
	bool may_share_name;
};

/*
 * Creates an instance: lists it, runs every registrant's create, adds the
 * protocols, calls done. *created (when not NULL) is a reference for
 * instance_release(). The first instance ever is the global one, id 0.
 *
 * -EEXIST: the name is taken. -EINVAL: a protocol twice. -ENOSPC: no ids left.
 * -ESHUTDOWN: the daemon stops. -EAGAIN: a thread that one with a context needs
 * cannot be had.
 */
int instance_create(const struct instance_config *config,
    struct instance **created, core_done_fn done, void *arg);

/*
 * Announces its protocols gone, then runs every shutdown.
 * -EBUSY: in or past shutdown already.
 */
int instance_shutdown(struct instance *instance, core_done_fn done, void *arg);

/*
 * Runs every destroy (before it, unless that was done, what
 * instance_shutdown() does) and takes the instance off the lists: when done is
 * called, id and name are gone. -EBUSY: it is being destroyed already.
 */
int instance_destroy(struct instance *instance, core_done_fn done, void *arg);

/*
 * -EEXIST: present, and its removal not asked for. -EBUSY: the instance is in
 * or past shutdown. -ENOSPC: PROTOCOLS_MAX, those among them that are to come
 * or to go.
 */
int instance_add_protocol(
    struct instance *instance, const char *name, core_done_fn done, void *arg);

/*
 * -ENOENT: no such protocol. -EPERM: a plugin provides it.
 * -EBUSY: the instance is in or past shutdown.
 */
int instance_remove_protocol(
    struct instance *instance, const char *name, core_done_fn done, void *arg);

/* Return a reference for instance_release(), or NULL. */
struct instance *instance_find(netid_t id);
struct instance *instance_find_by_name(const char *name);
/* The live instance with the lowest id above after (-1 starts). */
struct instance *instance_next(netid_t after);

void instance_hold(struct instance *instance);
void instance_release(struct instance *instance);

/*
 * Names, for a source whose instances have several, or none at times. The
 * first is the one that instance_name() gives; when it goes, the oldest of the
 * others takes its place. An instance without any still shows the last,
 * and is found by it unless another has that name. All copies; any thread.
 *
 * -EEXIST: another instance has the name. -ENOSPC: INSTANCE_NAMES_MAX, among
 * them those that it had and was shown by. -EBUSY: the instance is gone. One
 * that it has already is no error and stays where it is.
 */
#define INSTANCE_NAMES_MAX 64 /* of one instance, also some it had */
int instance_add_name(struct instance *instance, const char *name);
/* -ENOENT: it has no such name. */
int instance_remove_name(struct instance *instance, const char *name);
bool instance_is_named(struct instance *instance);
/*
 * Oldest first; had: it has it no more (those it had long ago may have been
 * forgotten). Under a lock: no calls back.
 */
typedef void (*name_visit_fn)(void *arg, const char *name, bool had);
void instance_visit_names(
    struct instance *instance, name_visit_fn visit, void *arg);

/* The string stays as long as the instance. */
const char *instance_name(const struct instance *instance);

/* These stay the same for an instance's life. */
netid_t instance_id(const struct instance *instance);
const char *instance_source(const struct instance *instance);
int64_t instance_created(const struct instance *instance); /* realtime, ns */

/* The state as it is, or as was asked for: never goes back. */
enum instance_state instance_state(struct instance *instance);

/* Instances in each state now, without walking them. */
void instance_count_states(uint64_t counts[INSTANCE_STATES]);

enum pair_state {
	PAIR_CREATING,
	PAIR_ACTIVE,
	PAIR_FAILED,
	PAIR_SHUTTING_DOWN,
	PAIR_DOWN,
	PAIR_DESTROYING
};

/* "creating", "active", "failed", "shutting-down", "down", "destroying". */
const char *pair_state_name(enum pair_state state);

/*
 * What others may read of an instance while its strand goes on. visit is
 * called under the instance's lock: it must not call back into the core, and
 * the strings are only valid in it. In registration order / order of arrival.
 */
typedef void (*pair_visit_fn)(void *arg, const char *owner,
    const char *registrant, enum pair_state state);
void instance_visit_pairs(
    struct instance *instance, pair_visit_fn visit, void *arg);
typedef void (*protocol_visit_fn)(void *arg, const char *protocol);
void instance_visit_protocols(
    struct instance *instance, protocol_visit_fn visit, void *arg);
size_t instance_kstat_count(struct instance *instance);

#endif
