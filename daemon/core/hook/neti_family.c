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
	    instance, protocol, protocol_canonical_name(request->hook.h_name));
}

/* 0 and the caller's family of that name, ENXIO or EINVAL. */
static int
find_family(struct instance *instance, const struct call *call,
    const struct hook_request *request, struct hook_family_int **family)
{
	const char *name = protocol_canonical_name(request->hook.h_name);

	*family = own_family(instance, call, request);
	if (*family == NULL)
		return ENXIO;
	return strcmp((*family)->name, name) == 0 ? 0 : EINVAL;
}

static int
shut_family(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_family_int *family;
	int error = find_family(instance, call, request, &family);

	if (error == 0)
		family_shut(instance, family);
	return error;
}

static int
unregister_family(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_family_int *family;
	int error = find_family(instance, call, request, &family);

	if (error == 0)
		family_end(instance, family, request->epoch);
	return error;
}

/* request: what is asked for of the family, whose name travels as a hook's. */
static int
make_of_family(const hook_family_t *family, struct hook_request request,
    struct owner *owner)
{
	if (family == NULL || family->hf_version != HOOK_VERSION ||
	    family->hf_name == NULL || !protocol_name_is_valid(family->hf_name))
		return EINVAL;
	request.hook.h_name = family->hf_name;
	return hook_request_make(&request, owner);
}

NETINST_EXPORT int
net_family_register(net_handle_t handle, hook_family_t *family)
{
	return make_of_family(family,
	    (struct hook_request){.act = register_family, .handle = handle},
	    owner_of_caller(__builtin_return_address(0)));
}

NETINST_EXPORT int
net_family_shutdown(net_handle_t handle, hook_family_t *family)
{
	return make_of_family(family,
	    (struct hook_request){.act = shut_family, .handle = handle},
	    owner_of_caller(__builtin_return_address(0)));
}

NETINST_EXPORT int
net_family_unregister(net_handle_t handle, hook_family_t *family)
{
	return make_of_family(family,
	    (struct hook_request){
		.act = unregister_family, .handle = handle, .waits = true},
	    owner_of_caller(__builtin_return_address(0)));
}

/* --- events --------------------------------------------------------------- */

static int
attach_event(struct instance *instance, const struct call *call,
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

static int
register_event(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	int error = attach_event(instance, call, request);

	/* The provider has a token, for good; it runs nothing. */
	if (error != 0 && !call_is_awaited(call))
		event_discard(request->hook.h_arg);
	return error;
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
	struct hook_request request = {.act = register_event, .handle = handle};
	struct owner *owner = owner_of_caller(__builtin_return_address(0));

	if (!event_is_valid(event) || !protocol_is_known(handle))
		return NULL;
	request.hook.h_arg = event_create(event->he_name, event);
	if (hook_request_make(&request, owner) == 0)
		return request.hook.h_arg;
	event_discard(request.hook.h_arg);
	return NULL;
}

/* 0 and the caller's event of that name, ENXIO or ESRCH. */
static int
find_event(struct instance *instance, const struct call *call,
    const struct hook_request *request, struct hook_event_int **event)
{
	struct hook_family_int *family = own_family(instance, call, request);

	if (family == NULL)
		return ENXIO;
	*event = event_find(family, request->event);
	return *event != NULL ? 0 : ESRCH;
}

static int
shut_event(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_event_int *event;
	int error = find_event(instance, call, request, &event);

	if (error == 0)
		event_shut(instance, event);
	return error;
}

static int
unregister_event(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_event_int *event;
	int error = find_event(instance, call, request, &event);

	if (error == 0)
		event_end(instance, event, request->epoch);
	return error;
}

NETINST_EXPORT int
net_event_shutdown(net_handle_t handle, hook_event_t *event)
{
	struct owner *owner = owner_of_caller(__builtin_return_address(0));

	if (event == NULL || event->he_name == NULL)
		return ESRCH;
	return hook_request_make(
	    &(const struct hook_request){
		.act = shut_event, .handle = handle, .event = event->he_name},
	    owner);
}

NETINST_EXPORT int
net_event_unregister(net_handle_t handle, hook_event_t *event)
{
	struct owner *owner = owner_of_caller(__builtin_return_address(0));

	if (event == NULL || event->he_name == NULL)
		return ESRCH;
	return hook_request_make(
	    &(const struct hook_request){.act = unregister_event,
		.handle = handle,
		.event = event->he_name,
		.waits = true},
	    owner);
}
