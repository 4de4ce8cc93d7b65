/* SPDX-License-Identifier: Apache-2.0 */
/*
 * core.h: the framework, as the rest of the daemon uses it: its start and end,
 * what it is doing, its limits. instance.h, owner.h and kstat_read.h are the
 * other three doors.
 *
 * There is one per process, because the documented functions
 * (net_instance_register(), ...) have no handle to tell several apart.
 *
 * Every change to an instance is a job on its strand. A function here that
 * changes something checks at once whether it may, queues the job, and reports
 * the end through a core_done_fn. Nothing here waits, except where it says so.
 * Errors are negative errno values, listed at each function.
 */
#ifndef NETINST_CORE_CORE_H
#define NETINST_CORE_CORE_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include <netinst/neti.h>

/* Limits of what comes from outside, in one place. */
#define INSTANCE_NAME_MAX   255	      /* bytes */
#define PROTOCOL_NAME_MAX   31	      /* bytes */
#define PROTOCOLS_MAX	    64	      /* of one instance */
#define REGISTRANT_NAME_MAX 255	      /* bytes */
#define TIMEOUTS_MAX	    4096      /* of one instance */
#define EVENT_NAME_MAX	    31	      /* bytes */
#define HOOK_NAME_MAX	    255	      /* bytes */
#define KSTAT_NDATA_MAX	    65536     /* statistics of one kstat */
#define DESCRIPTORS_MAX	    1024      /* of net_instance_open(), at a time */
#define INSTANCE_ID_MAX	    INT32_MAX /* ids are never used again */

struct core_config {
	unsigned workers;	   /* threads that run plugin code */
	unsigned spares;	   /* more of them while some hang */
	int64_t callback_deadline; /* nanoseconds; 0: none */
};

/*
 * Told that what was asked for is over. Runs on a worker or, when there was
 * nothing to wait for, in the call itself, which may be one that a plugin makes
 * inside its callback. Must not wait. error: 0 or a
 * negative errno.
 */
typedef void (*core_done_fn)(void *arg, int error);

/* Starts the workers, with no instance yet. Returns 0 or a negative errno. */
int core_start(const struct core_config *config);

/*
 * Ends the workers and frees everything. The caller has unregistered every
 * registrant and destroyed every instance.
 */
void core_stop(void);

/* Any thread. */
void core_set_callback_deadline(int64_t deadline);

/*
 * From now on nothing is created or registered (-ESHUTDOWN); destroys every
 * instance, ascending by id, the global one last; then calls done.
 */
void core_shutdown(core_done_fn done, void *arg);

struct core_status {
	unsigned workers, workers_busy, workers_hung;
	unsigned workers_retired; /* and replaced, since the start */
	unsigned strands_queued;
	uint64_t registrants;
	uint64_t callbacks_overdue; /* reported since the start */
};
void core_read_status(struct core_status *status);

enum callback {
	CALLBACK_CREATE,
	CALLBACK_SHUTDOWN,
	CALLBACK_DESTROY,
	CALLBACK_NOTIFY,
	CALLBACK_KSTAT, /* ks_update */
	CALLBACK_TIMEOUT,
	CALLBACK_HOOK /* of an event */
};
#define CALLBACKS (CALLBACK_HOOK + 1)

/*
 * "create", "shutdown", "destroy", "notify", "kstat_update", "timeout",
 * "hook".
 */
const char *callback_name(enum callback callback);

/* A callback that is past its deadline now. */
struct overdue_view {
	char owner[65];
	char registrant[REGISTRANT_NAME_MAX + 1]; /* "" when not known */
	enum callback callback;
	netid_t instance;
	int64_t elapsed; /* nanoseconds */
};
/* Fills list; returns how many, at most max. */
size_t core_read_overdue(struct overdue_view *list, size_t max);

/* The callback that the calling thread is in; borrowed. */
struct running_view {
	const char *owner;
	const char *registrant; /* "" when not known */
	enum callback callback;
	netid_t instance; /* -1: on none */
	const char *name; /* its */
};
/* False: it is in none. This and the next also in a signal handler. */
bool core_read_running(struct running_view *view);

/* The plugin whose code is at an address, also after it is gone, or NULL. */
const char *core_plugin_of_code(const void *address);

/* The plugin the calling thread works for, or whose code has called, or NULL.
 */
const char *core_plugin_calling(const void *address);

#endif
