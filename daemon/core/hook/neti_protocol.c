/* SPDX-License-Identifier: Apache-2.0 */
/*
 * neti_protocol.c: the documented functions for protocols, as plugins call
 * them, on any thread. Owns nothing.
 */
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/callback/call.h"
#include "core/callback/frame.h"
#include "core/hook/hook_request.h"
#include "core/hook/hook_run.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"
#include "core/hook/protocol.h"

/* The instance's end may have overtaken the call, or the registrant's. */
static bool
run_register(struct instance *instance, struct call *call)
{
	struct provider *provider = protocol_provider(call->protocol);

	if (!call->begun && hook_request_may_come(instance, call)) {
		provider->claim.registrant = call->claim.registrant;
		provider->counted = pair_own(instance, &call->claim);
		protocol_add(instance, call->protocol);
	} else if (!call->begun) {
		call->result = -1;
		if (call_is_awaited(call) || instance->stage == STAGE_GONE)
			protocol_abandon(instance, call->protocol);
		else
			protocol_refuse(instance, call->protocol);
	}
	return notify_deliver(instance);
}

static struct net_data *
provider_reserve(struct instance *instance, const net_protocol_t *definition,
    struct owner *owner)
{
	struct net_data *protocol = NULL;

	lock_enter(&instance->lock);
	if (protocol_reserve(instance,
		protocol_canonical_name(definition->netp_name), false,
		&protocol) == 0)
		protocol_provide(protocol, definition, owner);
	lock_exit(&instance->lock);
	return protocol;
}

NETINST_EXPORT net_handle_t
net_protocol_register(netid_t id, const net_protocol_t *definition)
{
	struct call call = {
	    .run = run_register,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	};
	struct instance *instance;
	net_handle_t handle;

	if (definition == NULL || definition->netp_version != NETINFO_VERSION ||
	    definition->netp_name == NULL ||
	    !protocol_name_is_valid(definition->netp_name)) {
		owner_complain(call.claim.owner,
		    "net_protocol_register refused: version or name is not "
		    "valid");
		return NULL;
	}
	instance = instance_find(id);
	if (instance == NULL)
		return NULL;
	handle = call.protocol =
	    provider_reserve(instance, definition, call.claim.owner);
	if (handle != NULL && call_make(instance, &call) != 0)
		handle = NULL;
	instance_release(instance);
	return handle;
}

static bool
run_unregister(struct instance *instance, struct call *call)
{
	struct net_data *protocol;
	struct provider *provider = NULL;

	if (!call->begun) {
		protocol = protocol_of_handle(instance, call->arg);
		if (protocol != NULL)
			provider = protocol_provider(protocol);
		if (provider != NULL && provider->holding &&
		    provider->claim.owner == call->claim.owner)
			protocol_withdraw(instance, protocol, call->epoch);
		else
			call->result = -1;
	}
	return notify_deliver(instance);
}

NETINST_EXPORT int
net_protocol_unregister(net_handle_t handle)
{
	struct call call = {
	    .run = run_unregister,
	    .claim.owner = owner_of_caller(__builtin_return_address(0)),
	    .arg = handle,
	};
	struct hook_drain drain = {.epoch = hook_run_epoch()};
	struct instance *instance;
	bool queued;
	int error;

	if (!protocol_is_known(handle))
		return -1;
	call.epoch = drain.epoch;
	instance = instance_find(atomic_load(&handle->home));
	if (instance == NULL)
		return -1;
	queued = frame_current() != NULL && !frame_is_inside(instance);
	error = call_make(instance, &call);
	instance_release(instance);
	if (error == 0 && !queued)
		hook_run_wait(&drain);
	return error;
}

/* There for lookups: also when announced gone, until it is unlisted. */
static bool
is_visible(const struct net_data *protocol)
{
	return atomic_load(&protocol->listed);
}

NETINST_EXPORT net_handle_t
net_protocol_lookup(netid_t id, const char *name)
{
	struct instance *instance = name != NULL ? instance_find(id) : NULL;
	struct net_data *protocol;

	if (instance == NULL)
		return NULL;
	name = protocol_canonical_name(name);
	lock_enter(&instance->lock);
	protocol = protocol_first(instance);
	while (protocol != NULL &&
	       (!is_visible(protocol) || !protocol_is_named(protocol, name)))
		protocol = protocol_next(protocol);
	if (protocol != NULL && !protocol_hand_out(protocol))
		protocol = NULL;
	lock_exit(&instance->lock);
	instance_release(instance);
	return protocol;
}

NETINST_EXPORT int
net_protocol_release(net_handle_t handle)
{
	return protocol_give_back(handle);
}

/* The first that came after number after; the lock is held. */
static struct net_data *
next_visible(const struct instance *instance, uint64_t after)
{
	struct net_data *protocol = protocol_first(instance);

	while (protocol != NULL &&
	       (!is_visible(protocol) || protocol->arrived <= after))
		protocol = protocol_next(protocol);
	return protocol;
}

/* By number of arrival: one that went meanwhile does not end the walk. */
NETINST_EXPORT net_handle_t
net_protocol_walk(netid_t id, net_handle_t previous)
{
	bool known = previous == NULL || protocol_is_known(previous);
	struct instance *instance = known ? instance_find(id) : NULL;
	struct net_data *protocol = NULL;

	if (instance != NULL) {
		lock_enter(&instance->lock);
		/* One given back too often is freed, but can be looked at. */
		protocol = next_visible(
		    instance, previous != NULL ? previous->arrived : 0);
		if (protocol != NULL && !protocol_hand_out(protocol))
			protocol = NULL;
		lock_exit(&instance->lock);
		instance_release(instance);
	}
	if (previous != NULL)
		(void)protocol_give_back(previous);
	return protocol;
}

NETINST_EXPORT netid_t
net_getnetid(net_handle_t handle)
{
	return protocol_is_known(handle) && atomic_load(&handle->listed)
		   ? atomic_load(&handle->home)
		   : -1;
}
