/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.c: owns the protocols. Their list is changed on the instance's
 * strand under the instance's lock; taking a name (reserving it) is done by
 * any thread under that lock, so that two who want the same one find out at
 * once.
 *
 * handles counts the references that lookups gave out; its highest bit stands
 * for the list, and for a provider that has not unregistered yet. Whoever
 * clears the last of it frees the protocol.
 */
#include "core/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/slab.h"
#include "core/owner_impl.h"
#include "core/pair.h"

#define HANDLES_FRAMEWORK 0x80000000U

static struct slab protocols;

static const struct {
	const char *name, *constant;
} well_known[] = {
    {"inet", "NHF_INET"},
    {"inet6", "NHF_INET6"},
    {"arp", "NHF_ARP"},
};

void
protocol_init(void)
{
	slab_init(&protocols, sizeof(struct net_data));
}

void
protocol_destroy(void)
{
	slab_destroy(&protocols);
}

const char *
protocol_canonical_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(well_known); i++)
		if (strcmp(name, well_known[i].constant) == 0)
			return well_known[i].name;
	return name;
}

/* A copy of the name that lives as long as the protocol. */
static const char *
name_keep(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(well_known); i++)
		if (strcmp(name, well_known[i].name) == 0)
			return well_known[i].name;
	return memory_strdup(name);
}

static void
name_drop(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(well_known); i++)
		if (name == well_known[i].name)
			return;
	free((void *)(uintptr_t)name);
}

static void
protocol_free(struct net_data *protocol)
{
	protocol->magic = 0;
	name_drop(protocol->name);
	if (protocol->provider != NULL)
		owner_release(protocol->provider->owner);
	free(protocol->provider);
	slab_free(&protocols, protocol);
}

void
protocol_hold(struct net_data *protocol)
{
	CHECK(protocol, PROTOCOL_MAGIC);
	(void)atomic_fetch_add_explicit(
	    &protocol->handles, 1, memory_order_relaxed);
}

void
protocol_drop(struct net_data *protocol)
{
	if (atomic_fetch_sub(&protocol->handles, 1) == 1)
		protocol_free(protocol);
}

/* The framework and the provider let go. */
static void
protocol_let_go(struct net_data *protocol)
{
	if (atomic_fetch_sub(&protocol->handles, HANDLES_FRAMEWORK) ==
	    HANDLES_FRAMEWORK)
		protocol_free(protocol);
}

/* On the instance, not only waiting for its provider to let go. */
static bool
is_listed(const struct net_data *protocol)
{
	return atomic_load_explicit(&protocol->netid, memory_order_relaxed) >=
	       0;
}

/* The protocol of that name, there or reserved; the lock is held. */
static struct net_data *
protocol_named(const struct instance *instance, const char *name)
{
	struct net_data *protocol;

	for (protocol = instance->protocols; protocol != NULL;
	     protocol = protocol->next)
		if (is_listed(protocol) && strcmp(protocol->name, name) == 0)
			return protocol;
	for (protocol = instance->reserved; protocol != NULL;
	     protocol = protocol->next)
		if (strcmp(protocol->name, name) == 0)
			return protocol;
	return NULL;
}

static unsigned
list_length(const struct net_data *protocol)
{
	unsigned length = 0;

	for (; protocol != NULL; protocol = protocol->next)
		length++;
	return length;
}

static void
list_append(struct net_data **list, struct net_data *protocol)
{
	while (*list != NULL)
		list = &(*list)->next;
	protocol->next = NULL;
	*list = protocol;
}

static void
list_unlink(struct net_data **list, const struct net_data *protocol)
{
	while (*list != protocol)
		list = &(*list)->next;
	*list = protocol->next;
}

static int
protocol_may_come(const struct instance *instance, const char *name)
{
	if (instance->state > INSTANCE_ACTIVE)
		return -EBUSY;
	if (protocol_named(instance, name) != NULL)
		return -EEXIST;
	return list_length(instance->protocols) +
			   list_length(instance->reserved) <
		       PROTOCOLS_MAX
		   ? 0
		   : -ENOSPC;
}

static struct net_data *
protocol_create(const char *name)
{
	struct net_data *protocol = slab_alloc(&protocols);

	memset(protocol, 0, sizeof(*protocol));
	/* The instance may not have its id yet: protocol_add() fills it in. */
	atomic_init(&protocol->netid, -1);
	atomic_init(&protocol->handles, HANDLES_FRAMEWORK);
	protocol->name = name_keep(name);
	protocol->magic = PROTOCOL_MAGIC;
	return protocol;
}

int
protocol_reserve(
    struct instance *instance, const char *name, struct net_data **reserved)
{
	int error = protocol_may_come(instance, name);

	lock_assert_held(&instance->lock);
	if (error != 0)
		return error;
	*reserved = protocol_create(name);
	list_append(&instance->reserved, *reserved);
	return 0;
}

void
protocol_abandon(struct instance *instance, struct net_data *protocol)
{
	ASSERT(protocol->added == 0);
	lock_enter(&instance->lock);
	list_unlink(&instance->reserved, protocol);
	lock_exit(&instance->lock);
	protocol_let_go(protocol);
}

struct net_data *
protocol_find(const struct instance *instance, const char *name)
{
	struct net_data *protocol = protocol_named(instance, name);

	lock_assert_held(&instance->lock);
	return protocol != NULL && !protocol->going ? protocol : NULL;
}

void
protocol_add(struct instance *instance, struct net_data *protocol)
{
	CHECK(protocol, PROTOCOL_MAGIC);
	lock_enter(&instance->lock);
	list_unlink(&instance->reserved, protocol);
	list_append(&instance->protocols, protocol);
	atomic_store(&protocol->netid, instance->id);
	protocol->added = ++instance->events;
	lock_exit(&instance->lock);
	instance->undelivered = true;
}

void
protocol_announce_gone(struct instance *instance, struct net_data *protocol)
{
	CHECK(protocol, PROTOCOL_MAGIC);
	if (protocol->added == 0 || protocol->removed != 0)
		return;
	lock_enter(&instance->lock);
	protocol->going = true;
	protocol->removed = ++instance->events;
	lock_exit(&instance->lock);
	instance->undelivered = true;
}

void
protocol_announce_all_gone(struct instance *instance)
{
	struct net_data *protocol, *newest;

	do {
		newest = NULL;
		for (protocol = instance->protocols; protocol != NULL;
		     protocol = protocol->next)
			if (protocol->added != 0 && protocol->removed == 0 &&
			    (newest == NULL || protocol->added > newest->added))
				newest = protocol;
		if (newest != NULL)
			protocol_announce_gone(instance, newest);
	} while (newest != NULL);
}

static void
protocol_unlist(struct instance *instance, struct net_data *protocol)
{
	bool held;

	CHECK(protocol, PROTOCOL_MAGIC);
	lock_enter(&instance->lock);
	atomic_store(&protocol->netid, -1);
	held = protocol->provider != NULL && protocol->provider->holding;
	if (!held)
		list_unlink(&instance->protocols, protocol);
	lock_exit(&instance->lock);
	if (!held)
		protocol_let_go(protocol);
}

void
protocol_unlist_gone(struct instance *instance)
{
	struct net_data *protocol, *next;

	for (protocol = instance->protocols; protocol != NULL;
	     protocol = next) {
		next = protocol->next;
		if (protocol->removed != 0 && is_listed(protocol))
			protocol_unlist(instance, protocol);
	}
}

void
protocol_withdraw(struct instance *instance, struct net_data *protocol)
{
	struct provider *provider = protocol->provider;

	CHECK(protocol, PROTOCOL_MAGIC);
	ASSERT(provider != NULL && provider->holding);
	protocol_announce_gone(instance, protocol);
	pair_own(instance, provider->registrant, -1);
	provider->registrant = NULL;
	provider->holding = false;
	if (!is_listed(protocol))
		protocol_unlist(instance, protocol);
}

bool
protocol_is_known(const struct net_data *protocol)
{
	return protocol != NULL && slab_owns(&protocols, protocol) &&
	       protocol->magic == PROTOCOL_MAGIC;
}

int
protocol_give_back(struct net_data *protocol)
{
	unsigned handles;

	if (!protocol_is_known(protocol))
		return -1;
	handles = atomic_load(&protocol->handles);
	do
		if ((handles & ~HANDLES_FRAMEWORK) == 0)
			return 1;
	while (!atomic_compare_exchange_weak(
	    &protocol->handles, &handles, handles - 1));
	if (handles == 1)
		protocol_free(protocol);
	return 0;
}

static bool
is_left_by(const struct net_data *protocol, const struct registrant *registrant,
    const struct owner *owner)
{
	const struct provider *provider = protocol->provider;

	return provider != NULL && provider->holding &&
	       (registrant == NULL || provider->registrant == registrant) &&
	       (owner == NULL || provider->owner == owner);
}

/* As if their provider had unregistered them. */
unsigned
protocol_free_left(struct instance *instance,
    const struct registrant *registrant, const struct owner *owner)
{
	struct net_data *protocol, *next;
	unsigned count = 0;

	for (protocol = instance->protocols; protocol != NULL;
	     protocol = next) {
		next = protocol->next;
		if (!is_left_by(protocol, registrant, owner))
			continue;
		count++;
		protocol_withdraw(instance, protocol);
	}
	return count;
}

struct owner *
protocol_left_owner(const struct instance *instance)
{
	const struct net_data *protocol = instance->protocols;

	while (protocol != NULL && !is_left_by(protocol, NULL, NULL))
		protocol = protocol->next;
	return protocol != NULL ? protocol->provider->owner : NULL;
}

void
instance_visit_protocols(
    struct instance *instance, protocol_visit_fn visit, void *arg)
{
	const struct net_data *protocol;

	lock_enter(&instance->lock);
	for (protocol = instance->protocols; protocol != NULL;
	     protocol = protocol->next)
		if (is_listed(protocol) && protocol->removed == 0)
			visit(arg, protocol->name);
	lock_exit(&instance->lock);
}
