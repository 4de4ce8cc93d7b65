/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.h: private to core/: running the hooks of one of the framework's own
 * events, on the instance's strand.
 */
#ifndef NETINST_CORE_EVENT_H
#define NETINST_CORE_EVENT_H

#include <netinst/hook.h>

#include "core/object/core_impl.h"

/* A hook, as those see it who watch; valid during the call. */
struct hook_view {
	const char *name;
	const char *owner;
};

/* Told before and after each hook. */
struct event_watch {
	/* May be NULL. */
	void (*begins)(void *arg, const struct hook_view *hook);
	/* elapsed: nanoseconds. */
	void (*over)(void *arg, const struct hook_view *hook, int result,
	    int64_t elapsed);
	void *arg;
};

/*
 * As hook_run(): calls the hooks of an event in their order until one returns
 * non-zero, and returns that value, else 0. Each runs inside a frame of its
 * own: accounted to its owner, and watched for its deadline. Strand.
 *
 * protocol: pinned by the caller. event: "NIC_EVENTS", ... watch may be NULL.
 */
int event_run(struct instance *instance, struct net_data *protocol,
    const char *event, hook_data_t data, const struct event_watch *watch);

/*
 * For news that no hook can keep from the others: calls all of them, whatever
 * they return.
 */
void event_run_every(struct instance *instance, struct net_data *protocol,
    const char *event, hook_data_t data);

/* Whether event_run() would call anything. Strand. */
bool event_has_hooks(struct net_data *protocol, const char *event);

#endif
