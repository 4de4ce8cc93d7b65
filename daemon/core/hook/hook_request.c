/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_request.c: owns the arguments of calls about families, events and
 * hooks. Any thread makes one; it is freed on the strand when its call is
 * over.
 */
#include "core/hook/hook_request.h"

#include <errno.h>
#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"
#include "core/hook/protocol.h"

const char *
hook_request_target(const hook_t *hook)
{
	if (hook->h_hint != HH_BEFORE && hook->h_hint != HH_AFTER)
		return NULL;
	return (const char *)hook->h_hintvalue;
}

static char *
copy_text(const char *text)
{
	return text != NULL ? memory_strdup(text) : NULL;
}

struct hook_request *
hook_request_new(net_handle_t handle, const char *event, const hook_t *hook)
{
	struct hook_request *request = memory_alloc(sizeof(*request));

	request->handle = handle;
	request->hook = *hook;
	request->epoch = hook_run_epoch();
	request->event = copy_text(event);
	request->name = copy_text(hook->h_name);
	request->target = copy_text(hook_request_target(hook));
	return request;
}

static void
request_free(struct hook_request *request)
{
	free(request->event);
	free(request->name);
	free(request->target);
	free(request);
}

static int
request_make(const struct call *call, bool wait)
{
	struct hook_request *request = call->arg;
	struct hook_drain drain = {.epoch = request->epoch};
	struct instance *instance = NULL;
	bool queued;
	int error;

	if (protocol_is_known(request->handle))
		instance = instance_find(atomic_load(&request->handle->home));
	if (instance == NULL) {
		request_free(request);
		return ENXIO;
	}
	queued = frame_current() != NULL && !frame_is_inside(instance);
	error = call_make(instance, call);
	instance_release(instance);
	if (error == 0 && wait && !queued)
		hook_run_wait(&drain);
	return error;
}

int
hook_request_make(const struct call *call)
{
	return request_make(call, false);
}

int
hook_request_make_and_wait(const struct call *call)
{
	return request_make(call, true);
}

bool
hook_request_over(struct instance *instance, struct call *call)
{
	if (!notify_deliver(instance))
		return false;
	request_free(call->arg);
	return true;
}

bool
hook_request_may_come(const struct instance *instance, const struct call *call)
{
	return instance->stage <= STAGE_ACTIVE &&
	       maker_is_welcome(instance, &call->claim);
}
