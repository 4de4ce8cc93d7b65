/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti.c: the documented functions for instances, as plugins call them, on
 * any thread. Inside a callback they act at once on its own instance and queue
 * the rest; elsewhere they wait for the end. Owns nothing.
 */
#include <errno.h>
#include <stdlib.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/callback/call.h"
#include "core/callback/frame.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/object/table.h"

NETINST_EXPORT net_instance_t *
net_instance_alloc(const int version)
{
	net_instance_t *instance;

	if (version != NETINFO_VERSION)
		return NULL;
	instance = memory_zalloc(sizeof(*instance));
	instance->nin_version = version;
	return instance;
}

NETINST_EXPORT void
net_instance_free(net_instance_t *instance)
{
	free(instance);
}

static void
finish_wait(void *arg, int error)
{
	completion_finish(arg, error);
}

NETINST_EXPORT int
net_instance_register(net_instance_t *instance)
{
	bool inside = frame_current() != NULL;
	struct owner *owner = owner_of_caller(__builtin_return_address(0));
	struct completion over;
	int error;

	completion_init(&over);
	error = registrant_register(
	    owner, instance, NULL, inside ? NULL : finish_wait, &over);
	if (error != 0 || inside)
		completion_finish(&over, 0);
	(void)completion_wait(&over);
	if (error == 0)
		return DDI_SUCCESS;
	owner_complain(owner, "net_instance_register refused: %s",
	    error == -EEXIST ? "the name is taken"
	    : error == -ESHUTDOWN
		? "the plugin is being unloaded, or the daemon stops"
		: "create, destroy, name or version is not valid");
	return DDI_FAILURE;
}

NETINST_EXPORT int
net_instance_unregister(net_instance_t *instance)
{
	bool inside = frame_current() != NULL;
	struct completion over;
	int error;

	completion_init(&over);
	error =
	    registrant_unregister(instance, inside ? NULL : finish_wait, &over);
	if (error != 0 || inside)
		completion_finish(&over, 0);
	(void)completion_wait(&over);
	if (error == 0)
		return DDI_SUCCESS;
	owner_complain(owner_of_caller(__builtin_return_address(0)),
	    "net_instance_unregister refused: %s",
	    error == -EDEADLK
		? "called inside one of the registrant's own callbacks, it "
		  "would wait for itself"
	    : error == -EALREADY ? "it is leaving already"
				 : "no such registrant");
	return DDI_FAILURE;
}

static bool
run_notify_register(struct instance *instance, struct call *call)
{
	if (!call->begun && !maker_is_welcome(instance, &call->claim))
		call->result = ESHUTDOWN;
	else if (!call->begun)
		call->result = notify_add(instance, &instance->level,
		    &call->claim, call->function, call->arg);
	return notify_deliver(instance);
}

NETINST_EXPORT int
net_instance_notify_register(netid_t id, hook_notify_fn_t fn, void *arg)
{
	struct call call = {
	    .run = run_notify_register,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	    .function = fn,
	    .arg = arg,
	};
	struct instance *instance;
	int error;

	if (fn == NULL)
		return EINVAL;
	instance = instance_find(id);
	if (instance == NULL)
		return ESRCH;
	error = call_make(instance, &call);
	instance_release(instance);
	return error;
}

static bool
run_notify_unregister(struct instance *instance, struct call *call)
{
	if (!call->begun)
		call->result =
		    notify_remove(instance, &instance->level, call->function);
	return notify_deliver(instance);
}

NETINST_EXPORT int
net_instance_notify_unregister(netid_t id, hook_notify_fn_t fn)
{
	struct call call = {
	    .run = run_notify_unregister,
	    .claim.owner = owner_daemon(),
	    .function = fn,
	};
	struct instance *instance = instance_find(id);
	int error;

	if (instance == NULL)
		return ESRCH;
	error = call_make(instance, &call);
	instance_release(instance);
	return error;
}

NETINST_EXPORT zoneid_t
net_getzoneidbynetid(netid_t id)
{
	struct instance *instance = instance_find(id);

	if (instance == NULL)
		return -1;
	instance_release(instance);
	return id;
}

NETINST_EXPORT zoneid_t
net_netidtozonid(netid_t id)
{
	return net_getzoneidbynetid(id);
}

NETINST_EXPORT netid_t
net_zoneidtonetid(zoneid_t zone)
{
	return net_getzoneidbynetid(zone);
}

NETINST_EXPORT netstackid_t
net_getnetstackidbynetid(netid_t id)
{
	return net_getzoneidbynetid(id);
}

NETINST_EXPORT netid_t
net_getnetidbynetstackid(netstackid_t id)
{
	return net_getzoneidbynetid(id);
}
