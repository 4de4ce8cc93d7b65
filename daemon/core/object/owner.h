/* SPDX-License-Identifier: Apache-2.0 */
/*
 * owner.h: who registrations, time and leftovers are accounted to. The plugin
 * loader makes owners, the control server shows them. Any thread.
 */
#ifndef NETINST_CORE_OWNER_H
#define NETINST_CORE_OWNER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/core.h"

#include "base/log.h"

/* A plugin, or "netinstd" itself, for what runs on behalf of no plugin. */
struct owner;

/* name is copied. Returns a reference for owner_release(). */
struct owner *owner_create(const char *name);
void owner_hold(struct owner *owner);
void owner_release(struct owner *owner);
const char *owner_name(const struct owner *owner);

/*
 * A line of the log that a plugin has caused: by what it did wrong, which
 * begins with its name, or by its own call, with a token of its own. How many
 * there may be is limited for each owner; those that are left out are counted,
 * and said.
 */
void owner_complain(struct owner *owner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void owner_log(struct owner *owner, enum log_level level, const char *token,
    const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0)));

/*
 * Its callbacks are made in the execution context of their instance
 * (exec_context.h). Before anything is registered for it.
 */
void owner_set_inside(struct owner *owner);
bool owner_is_inside(const struct owner *owner);
/* The names of those; under a lock: no calls back. */
typedef void (*owner_visit_fn)(void *arg, const char *name);
void owner_visit_inside(owner_visit_fn visit, void *arg);

/* What net_instance_open() has given it, ever. */
uint64_t owner_opened(const struct owner *owner);

/*
 * Whatever the calling thread registers or logs until owner_leave() belongs to
 * owner (borrowed). Inside callbacks the framework does this itself. Returns
 * what was current, for owner_leave().
 */
struct owner *owner_enter(struct owner *owner);
void owner_leave(struct owner *before);

/*
 * Who tells, of an address of code, which owner it belongs to (borrowed, for
 * good), or NULL: for calls from threads that the framework does not know.
 * Set once, before the first plugin.
 */
void owner_set_resolver(struct owner *(*resolver)(const void *address));

/* The owner of what runs on this thread, or NULL; borrowed. */
struct owner *owner_current(void);

struct callback_stats {
	uint64_t calls;	   /* begun */
	uint64_t failures; /* create: NULL; kstat_update: non-zero */
	uint64_t running;  /* now */
	uint64_t overdue;  /* reported past the deadline */
	int64_t p50, p99;  /* nanoseconds, within 12 % */
	int64_t max;	   /* nanoseconds */
};
void owner_read_callback(const struct owner *owner, enum callback callback,
    struct callback_stats *stats);

/* What the owner left behind and the framework had to free. */
struct owner_leftovers {
	uint64_t kstats;
	uint64_t notifies;
	uint64_t protocols;
	uint64_t hooks;
};
void owner_read_leftovers(
    const struct owner *owner, struct owner_leftovers *leftovers);

struct registrant_view {
	const char *name;
	uint64_t active; /* pairs whose create succeeded and that still live */
	uint64_t failed; /* pairs whose create returned NULL */
	bool leaving;	 /* unregistering */
};
/* Under the core's lock: must not call back. In registration order. */
typedef void (*registrant_visit_fn)(
    void *arg, const struct registrant_view *view);
void owner_visit_registrants(
    struct owner *owner, registrant_visit_fn visit, void *arg);

/*
 * Registers for owner what a plugin exports; notify (may be NULL) is
 * registered on each instance after create and removed before shutdown.
 * -EINVAL, -EEXIST, -ESHUTDOWN as net_instance_register(). done comes after the
 * replay.
 */
int registrant_register(struct owner *owner, const net_instance_t *callbacks,
    hook_notify_fn_t notify, core_done_fn done, void *arg);

/*
 * Unregisters everything of owner, newest first, and frees what it left on
 * any instance; then none of its code runs any more and done is called. From
 * the call on, nothing is registered for it any more.
 */
void owner_retire(struct owner *owner, core_done_fn done, void *arg);

/* Runs create again where it failed, on live instances; then calls done. */
void owner_retry(struct owner *owner, core_done_fn done, void *arg);

#endif
