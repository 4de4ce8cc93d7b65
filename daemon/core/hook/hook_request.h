/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_request.h: private to core/: a call of one of the documented functions
 * of hook.h, with copies of its arguments, since it may be queued. Made by any
 * thread; over on the strand.
 */
#ifndef NETINST_CORE_HOOK_REQUEST_H
#define NETINST_CORE_HOOK_REQUEST_H

#include <netinst/plugin.h>

#include "core/callback/call.h"
#include "core/hook/event_impl.h"
#include "core/hook/hook.h"
#include "core/object/owner_impl.h"

struct hook_request {
	net_handle_t handle; /* looked up, never followed */
	hook_t hook;	     /* its strings are the caller's: see below */
	uint64_t epoch;	     /* of what it takes away */
	char *event;	     /* NULL: none */
	char *name;	     /* of the hook, likewise */
	char *target;	     /* of its hint, likewise */
};

/* event may be NULL; of hook, also its strings. */
struct hook_request *hook_request_new(
    net_handle_t handle, const char *event, const hook_t *hook);

/* What a hook's hint names, or NULL. */
const char *hook_request_target(const hook_t *hook);

/*
 * Makes a call whose arg is a request. ENXIO: the handle is none, or its
 * instance is gone.
 */
int hook_request_make(const struct call *call);

/*
 * The same; when it succeeded, and was not queued, waits until nobody runs a
 * hook that it took away (unless this is inside one).
 */
int hook_request_make_and_wait(const struct call *call);

/* The end of a run: delivers, and then frees the request. Bool as in pair.h. */
bool hook_request_over(struct instance *instance, struct call *call);

/* Whether the caller may leave something there: ESHUTDOWN if not. Strand. */
bool hook_request_may_come(
    const struct instance *instance, const struct call *call);

#endif
