/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider_use.c: owns the list of providers that have withdrawn while some
 * thread was inside of one of their functions, until the last one has left.
 *
 * Who enters counts itself under the instance's lock, where the protocol is not
 * gone; so when it is, the count only falls. Who withdraws sets draining, then
 * looks at the count; who leaves lowers the count, then looks at draining. One
 * of them sees the other: so a provider is on the list as long as it is used,
 * or was never put there.
 */
#include "core/hook/provider_use.h"

static struct {
	struct lock lock;
	struct provider *first;
} draining = {.lock = LOCK_INITIALIZER(LOCK_HOOKS)};

void
provider_use_count(struct provider *provider)
{
	(void)atomic_fetch_add_explicit(
	    &provider->users, 1, memory_order_relaxed);
}

void
provider_use_begin(struct provider_use *use, struct provider *provider)
{
	use->provider = provider;
	frame_enter_hooks(&use->frame);
	frame_next_hook(
	    &use->frame, provider->claim.registrant, provider->claim.owner);
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

void
provider_use_end(struct provider_use *use)
{
	frame_leave_hooks(&use->frame);
	provider_use_uncount(use->provider);
}

void
provider_use_uncount(struct provider *provider)
{
	if (atomic_fetch_sub(&provider->users, 1) == 1 &&
	    atomic_load(&provider->draining))
		draining_forget(provider);
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
is_among(const struct provider *provider, const struct hook_drain *drain)
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
	while (provider != NULL && !is_among(provider, drain))
		provider = provider->next_draining;
	lock_exit(&draining.lock);
	return provider != NULL;
}
