/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti_family.c: the documented functions for those who provide a protocol:
 * its family and its events. Any thread. Owns nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/hook/hook_request.h"
#include "core/hook/notify.h"
#include "core/hook/protocol.h"

/* The caller's protocol behind the handle, or NULL. Strand. */
static struct net_data *
own_protocol(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct net_data *protocol =
	    protocol_of_handle(instance, request->handle);
	const struct provider *provider =
	    protocol != NULL ? protocol_provider(protocol) : NULL;

	return provider != NULL && provider->holding && !provider->refused &&
		       provider->claim.owner == call->claim.owner
		   ? protocol
		   : NULL;
}

/* Its family, if it is not on its way out already, or NULL. */
static struct hook_family_int *
own_family(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct net_data *protocol = own_protocol(instance, call, request);
	struct hook_family_int *family =
	    protocol != NULL ? *protocol_family(protocol) : NULL;

	return family != NULL && !family->over ? family : NULL;
}

/* --- families ------------------------------------------------------------- */

static int
register_family(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct net_data *protocol = own_protocol(instance, call, request);

	if (protocol == NULL)
		return ENXIO;
	if (!hook_request_may_come(instance, call))
		return ESHUTDOWN;
	return family_register(
	    instance, protocol, protocol_canonical_name(request->name));
}

static bool
run_family_register(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = register_family(instance, call, call->arg);
	return hook_request_over(instance, call);
}

/* 0 and the caller's family of that name, ENXIO or EINVAL. */
static int
find_family(struct instance *instance, const struct call *call,
    struct hook_family_int **family)
{
	const struct hook_request *request = call->arg;

	*family = own_family(instance, call, request);
	if (*family == NULL)
		return ENXIO;
	return strcmp(
		   (*family)->name, protocol_canonical_name(request->name)) == 0
		   ? 0
		   : EINVAL;
}

static bool
run_family_shutdown(struct instance *instance, struct call *call)
{
	struct hook_family_int *family;

	if (!call->begun) {
		call->result = find_family(instance, call, &family);
		if (call->result == 0)
			family_shut(instance, family);
	}
	return hook_request_over(instance, call);
}

static bool
run_family_unregister(struct instance *instance, struct call *call)
{
	const struct hook_request *request = call->arg;
	struct hook_family_int *family;

	if (!call->begun) {
		call->result = find_family(instance, call, &family);
		if (call->result == 0)
			family_end(instance, family, request->epoch);
	}
	return hook_request_over(instance, call);
}

/* The family's name travels as a hook's would. */
static bool
family_begin(
    struct call *call, net_handle_t handle, const hook_family_t *family)
{
	hook_t carrier = {0};

	if (family == NULL || family->hf_version != HOOK_VERSION ||
	    family->hf_name == NULL || !protocol_name_is_valid(family->hf_name))
		return false;
	carrier.h_name = family->hf_name;
	call->arg = hook_request_new(handle, NULL, &carrier);
	return true;
}

NETINST_EXPORT int
net_family_register(net_handle_t handle, hook_family_t *family)
{
	struct call call = {
	    .run = run_family_register,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	return family_begin(&call, handle, family) ? hook_request_make(&call)
						   : EINVAL;
}

NETINST_EXPORT int
net_family_shutdown(net_handle_t handle, hook_family_t *family)
{
	struct call call = {
	    .run = run_family_shutdown,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	return family_begin(&call, handle, family) ? hook_request_make(&call)
						   : EINVAL;
}

NETINST_EXPORT int
net_family_unregister(net_handle_t handle, hook_family_t *family)
{
	struct call call = {
	    .run = run_family_unregister,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	return family_begin(&call, handle, family)
		   ? hook_request_make_and_wait(&call)
		   : EINVAL;
}

/* --- events --------------------------------------------------------------- */

static int
register_event(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_family_int *family = own_family(instance, call, request);

	if (family == NULL)
		return ENXIO;
	if (!hook_request_may_come(instance, call) ||
	    !family_is_open(instance, family))
		return ESHUTDOWN;
	return event_attach(instance, family, request->hook.h_arg);
}

static bool
run_event_register(struct instance *instance, struct call *call)
{
	const struct hook_request *request = call->arg;

	if (!call->begun) {
		call->result = register_event(instance, call, request);
		/* The provider has a token, for good; it runs nothing. */
		if (call->result != 0 && !call_is_awaited(call))
			event_discard(request->hook.h_arg);
	}
	return hook_request_over(instance, call);
}

static bool
event_is_valid(const hook_event_t *event)
{
	return event != NULL && event->he_version == HOOK_VERSION &&
	       event->he_name != NULL && event->he_name[0] != '\0' &&
	       strnlen(event->he_name, EVENT_NAME_MAX + 1) <= EVENT_NAME_MAX;
}

NETINST_EXPORT hook_event_token_t
net_event_register(net_handle_t handle, hook_event_t *event)
{
	struct call call = {
	    .run = run_event_register,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};
	hook_t carrier = {0};

	if (!event_is_valid(event) || !protocol_is_known(handle))
		return NULL;
	carrier.h_arg = event_create(event->he_name, event);
	call.arg = hook_request_new(handle, event->he_name, &carrier);
	if (hook_request_make(&call) == 0)
		return carrier.h_arg;
	event_discard(carrier.h_arg);
	return NULL;
}

static int
change_event(struct instance *instance, const struct call *call,
    void (*change)(struct instance *instance, struct hook_event_int *event,
	uint64_t epoch))
{
	const struct hook_request *request = call->arg;
	struct hook_family_int *family = own_family(instance, call, request);
	struct hook_event_int *event;

	if (family == NULL)
		return ENXIO;
	event = event_find(family, request->event);
	if (event == NULL)
		return ESRCH;
	change(instance, event, request->epoch);
	return 0;
}

static void
shut(struct instance *instance, struct hook_event_int *event, uint64_t epoch)
{
	(void)epoch;
	event_shut(instance, event);
}

static bool
run_event_shutdown(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = change_event(instance, call, shut);
	return hook_request_over(instance, call);
}

static bool
run_event_unregister(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = change_event(instance, call, event_end);
	return hook_request_over(instance, call);
}

NETINST_EXPORT int
net_event_shutdown(net_handle_t handle, hook_event_t *event)
{
	const hook_t carrier = {0};
	struct call call = {
	    .run = run_event_shutdown,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	if (event == NULL || event->he_name == NULL)
		return ESRCH;
	call.arg = hook_request_new(handle, event->he_name, &carrier);
	return hook_request_make(&call);
}

NETINST_EXPORT int
net_event_unregister(net_handle_t handle, hook_event_t *event)
{
	const hook_t carrier = {0};
	struct call call = {
	    .run = run_event_unregister,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	if (event == NULL || event->he_name == NULL)
		return ESRCH;
	call.arg = hook_request_new(handle, event->he_name, &carrier);
	return hook_request_make_and_wait(&call);
}
