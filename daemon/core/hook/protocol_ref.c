/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_ref.c: pins a protocol and its instance while a plugin's call looks
 * at them. A handle may be stale by the time it is used, so nothing in it is
 * believed before the instance's lock is held. Any thread; owns nothing.
 */
#include "core/hook/protocol_ref.h"

#include "core/callback/held.h"

static bool
protocol_ref_pin(struct protocol_ref *ref, struct net_data *protocol)
{
	bool is_there;

	lock_enter(&ref->instance->lock);
	is_there = atomic_load(&protocol->listed) && !protocol->gone &&
		   atomic_load(&protocol->home) == ref->instance->id;
	if (is_there) {
		protocol_hold(protocol);
		ref->protocol = protocol;
		if (protocol->provided)
			provider_use_count(protocol->of.provider);
	}
	lock_exit(&ref->instance->lock);
	return is_there;
}

bool
protocol_ref_take(struct protocol_ref *ref, net_handle_t handle)
{
	struct provider *provider;

	*ref = (struct protocol_ref){.instance = NULL};
	if (!protocol_is_known(handle))
		return false;
	ref->instance = instance_find(atomic_load(&handle->home));
	if (ref->instance == NULL)
		return false;
	if (!protocol_ref_pin(ref, handle)) {
		instance_release(ref->instance);
		return false;
	}
	provider = protocol_provider(ref->protocol);
	if (provider != NULL) {
		ref->provider = &provider->definition;
		held_add(protocol_ref_lost, ref->instance, ref->protocol);
		provider_use_begin(&ref->use, provider);
	}
	return true;
}

void
protocol_ref_release(struct protocol_ref *ref)
{
	if (ref->provider != NULL) {
		held_remove();
		provider_use_end(&ref->use);
	}
	protocol_drop(ref->protocol);
	instance_release(ref->instance);
}

void
protocol_ref_lost(void *instance, void *protocol)
{
	struct net_data *lost = protocol;

	provider_use_uncount(lost->of.provider);
	protocol_drop(lost);
	instance_release(instance);
}
