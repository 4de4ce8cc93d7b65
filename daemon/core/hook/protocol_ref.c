/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grip.c: pins a protocol and its instance while a plugin's call looks at them.
 * A handle may be stale by the time it is used, so nothing in it is believed
 * before the instance's lock is held. Any thread; owns nothing.
 */
#include "core/hook/grip.h"

#include "core/callback/held.h"

static bool
grip_pin(struct grip *grip, struct net_data *protocol)
{
	bool is_there;

	lock_enter(&grip->instance->lock);
	is_there = atomic_load(&protocol->listed) && !protocol->gone &&
		   atomic_load(&protocol->home) == grip->instance->id;
	if (is_there) {
		protocol_hold(protocol);
		grip->protocol = protocol;
		if (protocol->provided)
			provider_use_count(protocol->of.provider);
	}
	lock_exit(&grip->instance->lock);
	return is_there;
}

bool
grip_take(struct grip *grip, net_handle_t handle)
{
	struct provider *provider;

	*grip = (struct grip){.instance = NULL};
	if (!protocol_is_known(handle))
		return false;
	grip->instance = instance_find(atomic_load(&handle->home));
	if (grip->instance == NULL)
		return false;
	if (!grip_pin(grip, handle)) {
		instance_release(grip->instance);
		return false;
	}
	provider = protocol_provider(grip->protocol);
	if (provider != NULL) {
		grip->provider = &provider->definition;
		held_add(grip_lost, grip->instance, grip->protocol);
		provider_use_begin(&grip->use, provider);
	}
	return true;
}

void
grip_release(struct grip *grip)
{
	if (grip->provider != NULL) {
		held_remove();
		provider_use_end(&grip->use);
	}
	protocol_drop(grip->protocol);
	instance_release(grip->instance);
}

void
grip_lost(void *instance, void *protocol)
{
	struct net_data *lost = protocol;

	provider_use_uncount(lost->of.provider);
	protocol_drop(lost);
	instance_release(instance);
}
