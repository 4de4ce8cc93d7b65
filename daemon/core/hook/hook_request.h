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
	/* What is done on the strand, before all is delivered: the result. */
	int (*act)(struct instance *instance, const struct call *call,
	    const struct hook_request *request);
	net_handle_t handle; /* looked up, never followed */
	const char *event;   /* NULL: none */
	hook_t hook;	     /* h_name and what its hint names may be NULL */
	hook_notify_fn_t notify;
	/* Then waits, unless it is queued, for hooks that it took away. */
	bool waits;
	uint64_t epoch; /* of what it takes away; filled in */
};

/* What a hook's hint names, or NULL. */
const char *hook_request_target(const hook_t *hook);

/*
 * Makes the call for its owner, with a copy of the request and its strings.
 * ENXIO: the handle is none, or its instance is gone.
 */
int hook_request_make(const struct hook_request *request, struct owner *owner);

/* Whether the caller may leave something there: ESHUTDOWN if not. Strand. */
bool hook_request_may_come(
    const struct instance *instance, const struct call *call);

#endif
