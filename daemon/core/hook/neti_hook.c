/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti_hook.c: the documented functions for hooks and for notifications of
 * events and hooks, as consumers call them, on any thread. neti_family.c has
 * those of providers. Owns nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/hook/hook_request.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"

NETINST_EXPORT hook_t *
hook_alloc(const int version)
{
	hook_t *hook = memory_zalloc(sizeof(*hook));

	hook->h_version = version;
	return hook;
}

NETINST_EXPORT void
hook_free(hook_t *hook)
{
	free(hook);
}

/* --- hooks ---------------------------------------------------------------- */

static bool
name_is_valid(const char *name)
{
	return name != NULL && name[0] != '\0' &&
	       strnlen(name, HOOK_NAME_MAX + 1) <= HOOK_NAME_MAX;
}

static bool
hint_is_valid(const hook_t *hook)
{
	const char *target;

	if (hook->h_hint != HH_BEFORE && hook->h_hint != HH_AFTER)
		return hook->h_hint == HH_NONE || hook->h_hint == HH_FIRST ||
		       hook->h_hint == HH_LAST;
	target = hook_request_target(hook);
	return name_is_valid(target) && strcmp(target, hook->h_name) != 0;
}

static bool
hook_is_valid(const hook_t *hook)
{
	return hook != NULL && hook->h_version == HOOK_VERSION &&
	       hook->h_func != NULL && name_is_valid(hook->h_name) &&
	       hint_is_valid(hook);
}

static int
register_hook(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_family_int *family = family_find(instance, request->handle);
	struct hook_event_int *event = NULL;
	struct hook_spec spec = {
	    .name = request->name,
	    .function = request->hook.h_func,
	    .arg = request->hook.h_arg,
	    .flags = request->hook.h_flags,
	    .hint = request->hook.h_hint,
	    .target = request->target,
	    .claim = call->claim,
	};

	if (family != NULL)
		event = event_find(family, request->event);
	if (!hook_request_may_come(instance, call))
		return ESHUTDOWN;
	if (event == NULL)
		return ENXIO;
	if (!family_is_open(instance, family) || !notify_has(&event->entry))
		return ESHUTDOWN;
	return hook_add(instance, event, &spec);
}

static bool
run_hook_register(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = register_hook(instance, call, call->arg);
	return hook_request_over(instance, call);
}

NETINST_EXPORT int
net_hook_register(net_handle_t handle, const char *event, hook_t *hook)
{
	struct call call = {
	    .run = run_hook_register,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	if (!hook_is_valid(hook) || event == NULL)
		return EINVAL;
	call.arg = hook_request_new(handle, event, hook);
	return hook_request_make(&call);
}

static int
unregister_hook(struct instance *instance, const struct hook_request *request)
{
	struct hook_family_int *family = family_find(instance, request->handle);
	struct hook_event_int *event = NULL;
	struct hook_int *hook = NULL;

	if (family != NULL)
		event = event_find(family, request->event);
	if (event != NULL)
		hook = hook_find(event, request->name);
	if (hook == NULL)
		return ENXIO;
	hook_remove(instance, hook, request->epoch);
	return 0;
}

static bool
run_hook_unregister(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = unregister_hook(instance, call->arg);
	return hook_request_over(instance, call);
}

NETINST_EXPORT int
net_hook_unregister(net_handle_t handle, const char *event, hook_t *hook)
{
	struct call call = {
	    .run = run_hook_unregister,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};
	hook_t carrier = {0};
	int error;

	if (event == NULL || hook == NULL || !name_is_valid(hook->h_name))
		return ENXIO;
	/* What its hint names may be gone. */
	carrier.h_name = hook->h_name;
	call.arg = hook_request_new(handle, event, &carrier);
	error = hook_request_make_and_wait(&call);
	/* Its event may have taken it along, while a thread runs it yet. */
	if (error == ENXIO)
		hook_run_wait(&(const struct hook_drain){
		    .owner = call.claim.owner, .name = hook->h_name});
	return error;
}

/* --- notifications -------------------------------------------------------- */

/* The level to hear of, or NULL and *error; the event's, or the family's. */
static struct notify_level *
find_level(
    struct instance *instance, const struct hook_request *request, int *error)
{
	struct hook_family_int *family = family_find(instance, request->handle);
	struct hook_event_int *event;

	*error = ENXIO;
	if (family == NULL)
		return NULL;
	if (request->event == NULL)
		return &family->sublevel.level;
	*error = ESRCH;
	event = event_find(family, request->event);
	return event != NULL ? &event->sublevel.level : NULL;
}

/* What is announced gone has nothing to come any more. */
static bool
may_be_watched(struct instance *instance, const struct hook_request *request)
{
	struct hook_family_int *family = family_find(instance, request->handle);

	return family_is_open(instance, family) &&
	       (request->event == NULL ||
		   notify_has(&event_find(family, request->event)->entry));
}

static int
register_notifier(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct notify_level *level;
	int error;

	if (!hook_request_may_come(instance, call))
		return ESHUTDOWN;
	level = find_level(instance, request, &error);
	if (level == NULL)
		return error;
	if (!may_be_watched(instance, request))
		return ESHUTDOWN;
	return notify_add(
	    instance, level, &call->claim, call->function, request->hook.h_arg);
}

static bool
run_notify_register(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result = register_notifier(instance, call, call->arg);
	return hook_request_over(instance, call);
}

static bool
run_notify_unregister(struct instance *instance, struct call *call)
{
	struct notify_level *level;
	int error;

	if (!call->begun) {
		level = find_level(instance, call->arg, &error);
		call->result = level != NULL ? notify_remove(instance, level,
						   call->function)
					     : error;
	}
	return hook_request_over(instance, call);
}

static int
watch(struct call *call, net_handle_t handle, const char *event,
    hook_notify_fn_t fn, void *arg)
{
	hook_t carrier = {.h_arg = arg};

	call->run = run_notify_register;
	call->function = fn;
	if (fn == NULL)
		return EINVAL;
	call->arg = hook_request_new(handle, event, &carrier);
	return hook_request_make(call);
}

static int
unwatch(net_handle_t handle, const char *event, hook_notify_fn_t fn)
{
	const hook_t carrier = {0};
	struct call call = {
	    .run = run_notify_unregister,
	    .claim.owner = owner_daemon(),
	    .function = fn,
	    .arg = hook_request_new(handle, event, &carrier),
	};

	return hook_request_make(&call);
}

NETINST_EXPORT int
net_protocol_notify_register(
    net_handle_t handle, hook_notify_fn_t fn, void *arg)
{
	struct call call = {
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	return watch(&call, handle, NULL, fn, arg);
}

NETINST_EXPORT int
net_protocol_notify_unregister(net_handle_t handle, hook_notify_fn_t fn)
{
	return unwatch(handle, NULL, fn);
}

NETINST_EXPORT int
net_event_notify_register(
    net_handle_t handle, const char *event, hook_notify_fn_t fn, void *arg)
{
	struct call call = {
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};

	if (event == NULL)
		return ESRCH;
	return watch(&call, handle, event, fn, arg);
}

NETINST_EXPORT int
net_event_notify_unregister(
    net_handle_t handle, const char *event, hook_notify_fn_t fn)
{
	if (event == NULL)
		return ESRCH;
	return unwatch(handle, event, fn);
}
