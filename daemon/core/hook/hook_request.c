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

static struct hook_request *
request_copy(const struct hook_request *wanted)
{
	struct hook_request *request = memory_alloc(sizeof(*request));
	const char *target = hook_request_target(&wanted->hook);

	*request = *wanted;
	request->event = copy_text(wanted->event);
	request->hook.h_name = copy_text(wanted->hook.h_name);
	request->hook.h_hintvalue = (uintptr_t)copy_text(target);
	request->epoch = hook_run_epoch();
	return request;
}

static void
request_free(struct hook_request *request)
{
	free((void *)(uintptr_t)request->event);
	free((void *)(uintptr_t)request->hook.h_name);
	free((void *)(uintptr_t)request->hook.h_hintvalue);
	free(request);
}

static bool
request_run(struct instance *instance, struct call *call)
{
	if (!call->begun) {
		const struct hook_request *request = call->arg;

		call->result = request->act(instance, call, request);
	}
	if (!notify_deliver(instance))
		return false;
	request_free(call->arg);
	return true;
}

int
hook_request_make(const struct hook_request *wanted, struct owner *owner)
{
	struct call call = {.run = request_run, .claim.owner = owner};
	struct hook_drain drain = {0};
	struct instance *instance = NULL;
	struct hook_request *request;
	bool queued;
	int error;

	if (protocol_is_known(wanted->handle))
		instance = instance_find(atomic_load(&wanted->handle->home));
	if (instance == NULL)
		return ENXIO;
	call.arg = request = request_copy(wanted);
	drain.epoch = request->epoch;
	queued = frame_current() != NULL && !frame_is_inside(instance);
	error = call_make(instance, &call);
	instance_release(instance);
	if (error == 0 && wanted->waits && !queued)
		hook_run_wait(&drain);
	return error;
}

bool
hook_request_may_come(const struct instance *instance, const struct call *call)
{
	return instance->stage <= STAGE_ACTIVE &&
	       maker_is_welcome(instance, &call->claim);
}
