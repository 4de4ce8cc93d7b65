/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_ref.c: pins a protocol and its instance while a plugin's call looks
 * at them. A handle may be stale by the time it is used, so nothing in it is
 * believed before the instance's lock is held. Any thread. Owns the list of
 * providers that have withdrawn while some thread was inside of one of their
 * functions, until the last one has left.
 *
 * Who enters counts itself under the instance's lock, where the protocol is not
 * gone; so when it is, the count only falls. Who withdraws sets draining, then
 * looks at the count; who leaves lowers the count, then looks at draining. One
 * of them sees the other: so a provider is on the list as long as it is used,
 * or was never put there.
 */
#include "core/hook/protocol_ref.h"

#include "core/callback/held.h"

static struct {
	struct lock lock;
	struct provider *first;
} draining = {.lock = LOCK_INITIALIZER(LOCK_HOOKS)};

/* True: the protocol is there, and the instance is held and its lock, too. */
static bool
ref_enter(struct protocol_ref *ref, struct net_data *protocol)
{
	struct instance *instance;

	*ref = (struct protocol_ref){.protocol = protocol};
	if (!protocol_is_known(protocol))
		return false;
	instance = instance_find(atomic_load(&protocol->home));
	if (instance == NULL)
		return false;
	ref->instance = instance;
	lock_enter(&instance->lock);
	if (atomic_load(&protocol->listed) && !protocol->gone &&
	    atomic_load(&protocol->home) == instance->id)
		return true;
	lock_exit(&instance->lock);
	instance_release(instance);
	return false;
}

static void
draining_forget(const struct provider *provider)
{
	struct provider **link = &draining.first;

	lock_enter(&draining.lock);
	while (*link != NULL && *link != provider)
		link = &(*link)->next_draining;
	if (*link != NULL)
		*link = provider->next_draining;
	lock_exit(&draining.lock);
}

/*
 * What is pinned is given back, and the provider not used any more. A held_fn,
 * too, for a provider's function that did not come back.
 */
static void
give_back(void *instance, void *pinned)
{
	struct net_data *protocol = pinned;
	struct provider *provider = protocol_provider(protocol);

	/* Before the pin: the protocol's end is the provider's. */
	if (provider != NULL && atomic_fetch_sub(&provider->users, 1) == 1 &&
	    atomic_load(&provider->draining))
		draining_forget(provider);
	protocol_drop(protocol);
	instance_release(instance);
}

/* Pins it, and gives the lock back. */
static void
ref_pin(struct protocol_ref *ref)
{
	struct provider *provider = protocol_provider(ref->protocol);

	protocol_hold(ref->protocol);
	if (provider != NULL)
		(void)atomic_fetch_add_explicit(
		    &provider->users, 1, memory_order_relaxed);
	lock_exit(&ref->instance->lock);
	if (provider == NULL)
		return;
	ref->provider = &provider->definition;
	held_add(give_back, ref->instance, ref->protocol);
	frame_enter_hooks(&ref->frame);
	frame_next_hook(
	    &ref->frame, provider->claim.registrant, provider->claim.owner);
}

bool
protocol_ref_take(struct protocol_ref *ref, net_handle_t handle)
{
	bool is_there = ref_enter(ref, handle);

	if (is_there)
		ref_pin(ref);
	return is_there;
}

void
protocol_ref_release(struct protocol_ref *ref)
{
	if (ref->provider != NULL) {
		held_remove();
		frame_leave_hooks(&ref->frame);
	}
	give_back(ref->instance, ref->protocol);
}

bool
protocol_ref_lock(struct protocol_ref *ref, net_handle_t handle)
{
	bool is_there = ref_enter(ref, handle);

	if (is_there && ref->protocol->provided)
		ref_pin(ref);
	return is_there;
}

void
protocol_ref_unlock(struct protocol_ref *ref)
{
	if (ref->provider != NULL) {
		protocol_ref_release(ref);
		return;
	}
	lock_exit(&ref->instance->lock);
	instance_release(ref->instance);
}

void
provider_drain(struct provider *provider, uint64_t epoch)
{
	provider->epoch = epoch;
	atomic_store(&provider->draining, true);
	lock_enter(&draining.lock);
	if (atomic_load(&provider->users) > 0) {
		provider->next_draining = draining.first;
		draining.first = provider;
	}
	lock_exit(&draining.lock);
}

static bool
is_drained(const struct provider *provider, const struct hook_drain *drain)
{
	return (drain->epoch != 0 && provider->epoch == drain->epoch) ||
	       (drain->registrant != NULL &&
		   provider->claim.registrant == drain->registrant) ||
	       (drain->owner != NULL && drain->name == NULL &&
		   provider->claim.owner == drain->owner);
}

bool
providers_are_used(const struct hook_drain *drain)
{
	const struct provider *provider;

	lock_enter(&draining.lock);
	provider = draining.first;
	while (provider != NULL && !is_drained(provider, drain))
		provider = provider->next_draining;
	lock_exit(&draining.lock);
	return provider != NULL;
}
