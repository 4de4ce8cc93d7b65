/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider_use.c: owns the list of providers that have withdrawn while some
 * thread was inside of one of their functions, until the last one has left.
 *
 * Who enters counts itself under the instance's lock, where the protocol is not
 * gone; so when it is, the count only falls. Who withdraws sets departs, then
 * looks at the count; who leaves lowers the count, then looks at departs. One
 * of them sees the other: so a provider is on the list as long as it is used,
 * or was never put there.
 */
#include "core/hook/provider_use.h"

static struct {
	struct lock lock;
	struct provider *first;
} departed = {.lock = LOCK_INITIALIZER(LOCK_HOOKS)};

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
	frame_next_hook(&use->frame, provider->registrant, provider->owner);
}

static void
departed_forget(const struct provider *provider)
{
	struct provider **link = &departed.first;

	lock_enter(&departed.lock);
	while (*link != NULL && *link != provider)
		link = &(*link)->next_departed;
	if (*link != NULL)
		*link = provider->next_departed;
	lock_exit(&departed.lock);
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
	    atomic_load(&provider->departs))
		departed_forget(provider);
}

void
provider_depart(struct provider *provider, uint64_t departure)
{
	provider->departure = departure;
	atomic_store(&provider->departs, true);
	lock_enter(&departed.lock);
	if (atomic_load(&provider->users) > 0) {
		provider->next_departed = departed.first;
		departed.first = provider;
	}
	lock_exit(&departed.lock);
}

static bool
is_among(const struct provider *provider, const struct hook_leavers *leavers)
{
	return (leavers->departure != 0 &&
		   provider->departure == leavers->departure) ||
	       (leavers->registrant != NULL &&
		   provider->registrant == leavers->registrant) ||
	       (leavers->owner != NULL && leavers->name == NULL &&
		   provider->owner == leavers->owner);
}

bool
providers_are_used(const struct hook_leavers *leavers)
{
	const struct provider *provider;

	lock_enter(&departed.lock);
	provider = departed.first;
	while (provider != NULL && !is_among(provider, leavers))
		provider = provider->next_departed;
	lock_exit(&departed.lock);
	return provider != NULL;
}
