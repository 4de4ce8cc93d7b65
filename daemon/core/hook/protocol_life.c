/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_life.c: how protocols go, with what their families have: announced
 * gone, or withdrawn by the plugin that provides them, or left behind by it.
 * On the instance's strand; owns nothing.
 */
#include "core/hook/family.h"
#include "core/hook/protocol.h"
#include "core/hook/provider_use.h"
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
	if (provider->counted)
		pair_disown(instance, provider->registrant);
	provider->counted = false;
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
static bool
is_left_by(const struct net_data *protocol, const struct registrant *registrant,
    const struct owner *owner)
{
	const struct provider *provider = protocol_provider(protocol);

	return provider != NULL && provider->holding &&
	       (protocol->arrived != 0 || provider->refused) &&
	       (registrant == NULL || provider->registrant == registrant) &&
	       (owner == NULL || provider->owner == owner);
}

static struct net_data *
first_left_by(const struct instance *instance,
    const struct registrant *registrant, const struct owner *owner)
{
	struct net_data *protocol;

	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (is_left_by(protocol, registrant, owner))
			return protocol;
	for (protocol = protocol_of_entry(instance->reserved); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (is_left_by(protocol, registrant, owner))
			return protocol;
	return NULL;
}

/* Any thread may reserve a name meanwhile. */
static struct net_data *
first_left(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct net_data *protocol;

	lock_enter(&instance->lock);
	protocol = first_left_by(instance, registrant, owner);
	lock_exit(&instance->lock);
	return protocol;
}

/* As if their provider had unregistered them. */
unsigned
protocol_reclaim(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct net_data *protocol;
	unsigned count = 0;

	while ((protocol = first_left(instance, registrant, owner)) != NULL) {
		protocol_withdraw(instance, protocol, 0);
		count++;
	}
	return count;
}

struct owner *
protocol_leftover_owner(struct instance *instance)
{
	const struct net_data *protocol = first_left(instance, NULL, NULL);

	return protocol != NULL ? protocol->of.provider->owner : NULL;
}
