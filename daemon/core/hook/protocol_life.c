/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_life.c: how protocols go, with what their families have: announced
 * gone, or withdrawn by the plugin that provides them, or left behind by it.
 * On the instance's strand; owns nothing.
 */
#include "core/hook/family.h"
#include "core/hook/protocol.h"
#include "core/hook/protocol_ref.h"
#include "core/callback/pair_list.h"

void
protocol_announce_gone(struct instance *instance, struct net_data *protocol)
{
	struct hook_family_int *family;

	CHECK(protocol, PROTOCOL_MAGIC);
	if (!protocol_is_listed(protocol) || protocol->gone)
		return;
	lock_enter(&instance->lock);
	protocol->going = protocol->gone = true;
	lock_exit(&instance->lock);
	family = *protocol_family(protocol);
	if (family != NULL)
		family_shut(instance, family);
	notify_post_going(instance, &instance->level, &protocol->entry);
	instance->undelivered = true;
}

bool
protocol_announce_next_gone(struct instance *instance)
{
	struct net_data *protocol, *newest = NULL;

	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (protocol_is_listed(protocol) && !protocol->gone)
			newest = protocol;
	if (newest != NULL)
		protocol_announce_gone(instance, newest);
	return newest != NULL;
}

void
protocol_withdraw(
    struct instance *instance, struct net_data *protocol, uint64_t epoch)
{
	struct provider *provider = protocol_provider(protocol);

	ASSERT(provider != NULL && provider->holding);
	if (provider->family != NULL)
		family_end(instance, provider->family, epoch);
	pair_disown(instance, &provider->claim, &provider->counted);
	provider->holding = false;
	if (provider->refused) {
		protocol_abandon(instance, protocol);
		return;
	}
	protocol_announce_gone(instance, protocol);
	provider_drain(provider, epoch);
	if (!protocol_is_listed(protocol))
		protocol_unlist(instance, protocol);
}

/* One that is only reserved belongs to a job that is still queued. */
static struct claim *
first_left_in(struct net_data *protocol, const struct claim *of)
{
	struct provider *provider;

	for (; protocol != NULL; protocol = protocol_next(protocol)) {
		provider = protocol_provider(protocol);
		if (provider != NULL && provider->holding &&
		    (protocol->arrived != 0 || provider->refused) &&
		    claim_is_of(&provider->claim, of))
			return &provider->claim;
	}
	return NULL;
}

struct claim *
protocol_first_left(struct instance *instance, const struct claim *of)
{
	struct claim *found;

	/* Any thread may reserve a name meanwhile. */
	lock_enter(&instance->lock);
	found = first_left_in(protocol_first(instance), of);
	if (found == NULL)
		found =
		    first_left_in(protocol_of_entry(instance->reserved), of);
	lock_exit(&instance->lock);
	return found;
}

unsigned
protocol_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of)
{
	struct provider *provider = CONTAINER_OF(claim, struct provider, claim);

	(void)of;
	protocol_withdraw(instance, provider->protocol, 0);
	return 1;
}
