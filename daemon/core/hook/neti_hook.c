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

/*
 * The family behind the handle, or NULL; *event: its event of the name that is
 * asked for, or NULL.
 */
static struct hook_family_int *
find_family(struct instance *instance, const struct hook_request *request,
    struct hook_event_int **event)
{
	struct hook_family_int *family = family_find(instance, request->handle);

	*event = NULL;
	if (family != NULL && request->event != NULL)
		*event = event_find(family, request->event);
	return family;
}

static int
register_hook(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_event_int *event;
	struct hook_family_int *family = find_family(instance, request, &event);
	struct hook_spec spec = {
	    .name = request->hook.h_name,
	    .function = request->hook.h_func,
	    .arg = request->hook.h_arg,
	    .flags = request->hook.h_flags,
	    .hint = request->hook.h_hint,
	    .target = hook_request_target(&request->hook),
	    .claim = call->claim,
	};

	if (!hook_request_may_come(instance, call))
		return ESHUTDOWN;
	if (event == NULL)
		return ENXIO;
	if (!family_is_open(instance, family) || !notify_has(&event->entry))
		return ESHUTDOWN;
	return hook_add(instance, event, &spec);
}

NETINST_EXPORT int
net_hook_register(net_handle_t handle, const char *event, hook_t *hook)
{
	struct owner *owner = owner_of_caller(__builtin_return_address(0));

	if (!hook_is_valid(hook) || event == NULL)
		return EINVAL;
	return hook_request_make(
	    &(const struct hook_request){.act = register_hook,
		.handle = handle,
		.event = event,
		.hook = *hook},
	    owner);
}

static int
unregister_hook(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct hook_event_int *event;
	struct hook_int *hook = NULL;

	(void)call;
	(void)find_family(instance, request, &event);
	if (event != NULL)
		hook = hook_find(event, request->hook.h_name);
	if (hook == NULL)
		return ENXIO;
	hook_remove(instance, hook, request->epoch);
	return 0;
}

NETINST_EXPORT int
net_hook_unregister(net_handle_t handle, const char *event, hook_t *hook)
{
	struct owner *owner = owner_of_caller(__builtin_return_address(0));
	int error;

	if (event == NULL || hook == NULL || !name_is_valid(hook->h_name))
		return ENXIO;
	/* Only the name: what its hint names may be gone. */
	error = hook_request_make(
	    &(const struct hook_request){.act = unregister_hook,
		.handle = handle,
		.event = event,
		.hook.h_name = hook->h_name,
		.waits = true},
	    owner);
	/* Its event may have taken it along, while a thread runs it yet. */
	if (error == ENXIO)
		hook_run_wait(&(const struct hook_drain){
		    .owner = owner, .name = hook->h_name});
	return error;
}

/* --- notifications -------------------------------------------------------- */

/* 0 and the level to hear of, the event's or the family's; ENXIO, ESRCH. */
static int
find_level(struct instance *instance, const struct hook_request *request,
    struct notify_level **level)
{
	struct hook_event_int *event;
	struct hook_family_int *family = find_family(instance, request, &event);

	if (family == NULL)
		return ENXIO;
	if (request->event != NULL && event == NULL)
		return ESRCH;
	*level =
	    event != NULL ? &event->sublevel.level : &family->sublevel.level;
	return 0;
}

/* What is announced gone has nothing to come any more. */
static bool
may_be_watched(struct instance *instance, const struct hook_request *request)
{
	struct hook_event_int *event;
	struct hook_family_int *family = find_family(instance, request, &event);

	return family_is_open(instance, family) &&
	       (event == NULL || notify_has(&event->entry));
}

static int
register_notifier(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct notify_level *level;
	int error;

	if (!hook_request_may_come(instance, call))
		return ESHUTDOWN;
	error = find_level(instance, request, &level);
	if (error != 0)
		return error;
	if (!may_be_watched(instance, request))
		return ESHUTDOWN;
	return notify_add(instance, level, &call->claim, request->notify,
	    request->hook.h_arg);
}

static int
unregister_notifier(struct instance *instance, const struct call *call,
    const struct hook_request *request)
{
	struct notify_level *level;
	int error = find_level(instance, request, &level);

	(void)call;
	return error != 0 ? error
			  : notify_remove(instance, level, request->notify);
}

static int
watch(net_handle_t handle, const char *event, hook_notify_fn_t fn, void *arg,
    struct owner *owner)
{
	if (fn == NULL)
		return EINVAL;
	return hook_request_make(
	    &(const struct hook_request){.act = register_notifier,
		.handle = handle,
		.event = event,
		.notify = fn,
		.hook.h_arg = arg},
	    owner);
}

static int
unwatch(net_handle_t handle, const char *event, hook_notify_fn_t fn)
{
	return hook_request_make(
	    &(const struct hook_request){.act = unregister_notifier,
		.handle = handle,
		.event = event,
		.notify = fn},
	    owner_daemon());
}

NETINST_EXPORT int
net_protocol_notify_register(
    net_handle_t handle, hook_notify_fn_t fn, void *arg)
{
	return watch(handle, NULL, fn, arg,
	    owner_of_caller(__builtin_return_address(0)));
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
	if (event == NULL)
		return ESRCH;
	return watch(handle, event, fn, arg,
	    owner_of_caller(__builtin_return_address(0)));
}

NETINST_EXPORT int
net_event_notify_unregister(
    net_handle_t handle, const char *event, hook_notify_fn_t fn)
{
	if (event == NULL)
		return ESRCH;
	return unwatch(handle, event, fn);
}
