/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol.c: owns the protocols. Their list is changed on the instance's
 * strand under the instance's lock; taking a name (reserving it) is done by
 * any thread under that lock, so that two who want the same one find out at
 * once.
 *
 * handles counts, in one word, the references that lookups gave out, the pins
 * of the framework, and, in its highest bit, the list and a provider that has
 * not unregistered yet. Whoever clears the last of it frees the protocol; a
 * plugin that gives back too much can only ever reach its own part.
 */
#include "core/hook/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/slab.h"
#include "core/object/owner_impl.h"

#define HANDLES_FRAMEWORK 0x80000000U
#define HANDLES_PIN	  0x00100000U
#define HANDLES_LOOKUPS	  (HANDLES_PIN - 1)

static struct slab protocols;

static const struct {
	const char *name, *constant;
} well_known[] = {
    {"inet", "NHF_INET"},
    {"inet6", "NHF_INET6"},
    {"arp", "NHF_ARP"},
};

bool
protocol_name_is_valid(const char *name)
{
	size_t length = strnlen(name, PROTOCOL_NAME_MAX + 1);

	return length > 0 && length <= PROTOCOL_NAME_MAX &&
	       strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789_-") == length;
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

/* The name as it stays for ever, or NULL: that of another has to be copied. */
static const char *
well_known_name(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(well_known); i++)
		if (strcmp(name, well_known[i].name) == 0)
			return well_known[i].name;
	return NULL;
}

static void
protocol_clear(struct net_data *protocol)
{
	const char *name = protocol_name(protocol);

	atomic_store(&protocol->magic, 0);
	if (name != well_known_name(name))
		free((void *)(uintptr_t)name);
	if (!protocol->provided)
		return;
	ASSERT(atomic_load(&protocol->of.provider->users) == 0);
	owner_release(protocol->of.provider->claim.owner);
	free(protocol->of.provider);
}

static void
protocol_free(struct net_data *protocol)
{
	protocol_clear(protocol);
	slab_free(&protocols, protocol);
}

void
protocol_init(void)
{
	slab_init(&protocols, sizeof(struct net_data));
}

static void
count_leaked(void *object, void *arg)
{
	struct net_data *protocol = object;
	unsigned *leaked = arg;

	if (atomic_load(&protocol->magic) != PROTOCOL_MAGIC)
		return;
	protocol_clear(protocol);
	(*leaked)++;
}

/* The instances are gone: what is left are handles that plugins kept. */
void
protocol_destroy(void)
{
	unsigned leaked = 0;

	slab_visit(&protocols, count_leaked, &leaked);
	if (leaked > 0)
		log_warning("core",
		    "plugins never released their handles on %u protocols",
		    leaked);
	slab_destroy(&protocols);
}

void
protocol_hold(struct net_data *protocol)
{
	CHECK(protocol, PROTOCOL_MAGIC);
	(void)atomic_fetch_add_explicit(
	    &protocol->handles, HANDLES_PIN, memory_order_relaxed);
}

void
protocol_drop(struct net_data *protocol)
{
	if (atomic_fetch_sub(&protocol->handles, HANDLES_PIN) == HANDLES_PIN)
		protocol_free(protocol);
}

bool
protocol_hand_out(struct net_data *protocol)
{
	unsigned handles = atomic_load(&protocol->handles);

	do
		if ((handles & HANDLES_LOOKUPS) == HANDLES_LOOKUPS)
			return false;
	while (!atomic_compare_exchange_weak(
	    &protocol->handles, &handles, handles + 1));
	return true;
}

/* The framework and the provider let go. */
static void
protocol_let_go(struct net_data *protocol)
{
	if (atomic_fetch_sub(&protocol->handles, HANDLES_FRAMEWORK) ==
	    HANDLES_FRAMEWORK)
		protocol_free(protocol);
}

bool
protocol_is_named(const struct net_data *protocol, const char *name)
{
	return strcmp(protocol->entry.name, name) == 0 ||
	       strcmp(protocol_name(protocol), name) == 0;
}

/* Whether one that is listed or reserved has the name, and is not going. */
static bool
is_in_the_way(const struct net_data *protocol, const char *name, bool staying)
{
	return !(staying && protocol->going) &&
	       protocol_is_named(protocol, name);
}

/*
 * The protocol of that name, there or reserved; staying: leaving out those
 * whose removal is queued. The lock is held.
 */
static struct net_data *
protocol_named(const struct instance *instance, const char *name, bool staying)
{
	struct net_data *protocol;

	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (protocol_is_listed(protocol) &&
		    is_in_the_way(protocol, name, staying))
			return protocol;
	for (protocol = protocol_of_entry(instance->reserved); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (is_in_the_way(protocol, name, staying))
			return protocol;
	return NULL;
}

static unsigned
list_length(const struct notify_entry *entry)
{
	unsigned length = 0;

	for (; entry != NULL; entry = entry->next)
		length++;
	return length;
}

static int
protocol_may_come(
    const struct instance *instance, const char *name, bool queued)
{
	if (instance->state > INSTANCE_ACTIVE)
		return -EBUSY;
	if (protocol_named(instance, name, queued) != NULL)
		return -EEXIST;
	return list_length(instance->level.entries) +
			   list_length(instance->reserved) <
		       PROTOCOLS_MAX
		   ? 0
		   : -ENOSPC;
}

static struct net_data *
protocol_create(netid_t home, const char *name)
{
	struct net_data *protocol = slab_alloc(&protocols);
	const char *known = well_known_name(name);

	/* Not its magic number: a stale handle may be looked at just now. */
	memset((char *)protocol + offsetof(struct net_data, entry), 0,
	    sizeof(*protocol) - offsetof(struct net_data, entry));
	atomic_init(&protocol->home, home);
	atomic_init(&protocol->handles, HANDLES_FRAMEWORK);
	protocol->entry.name = known != NULL ? known : memory_strdup(name);
	atomic_store(&protocol->magic, PROTOCOL_MAGIC);
	return protocol;
}

int
protocol_reserve(struct instance *instance, const char *name, bool queued,
    struct net_data **reserved)
{
	int error = protocol_may_come(instance, name, queued);

	lock_assert_held(&instance->lock);
	if (error != 0)
		return error;
	*reserved = protocol_create(instance->id, name);
	notify_entry_append(&instance->reserved, &(*reserved)->entry);
	return 0;
}

void
protocol_provide(struct net_data *protocol, const net_protocol_t *definition,
    struct owner *owner)
{
	struct provider *provider = memory_zalloc(sizeof(*provider));

	provider->definition = *definition;
	provider->definition.netp_name = protocol->entry.name;
	provider->claim.owner = owner;
	owner_hold(owner);
	provider->protocol = protocol;
	provider->holding = true;
	protocol->of.provider = provider;
	protocol->provided = true;
}

void
protocol_abandon(struct instance *instance, struct net_data *protocol)
{
	ASSERT(!protocol_is_listed(protocol));
	lock_enter(&instance->lock);
	notify_entry_remove(&instance->reserved, &protocol->entry);
	lock_exit(&instance->lock);
	protocol_let_go(protocol);
}

struct net_data *
protocol_find(const struct instance *instance, const char *name)
{
	lock_assert_held(&instance->lock);
	return protocol_named(instance, name, true);
}

void
protocol_add(struct instance *instance, struct net_data *protocol)
{
	CHECK(protocol, PROTOCOL_MAGIC);
	lock_enter(&instance->lock);
	notify_entry_remove(&instance->reserved, &protocol->entry);
	notify_entry_append(&instance->level.entries, &protocol->entry);
	/* One that came with the instance was made before it had an id. */
	atomic_store(&protocol->home, instance->id);
	atomic_store(&protocol->listed, true);
	if (!protocol->provided)
		notify_post_coming(
		    instance, &instance->level, &protocol->entry);
	protocol->arrived =
	    protocol->provided ? ++instance->level.news : protocol->entry.added;
	lock_exit(&instance->lock);
}

void
protocol_unlist(struct instance *instance, struct net_data *protocol)
{
	bool held;

	CHECK(protocol, PROTOCOL_MAGIC);
	lock_enter(&instance->lock);
	atomic_store(&protocol->listed, false);
	held = protocol->provided && protocol->of.provider->holding;
	if (!held)
		notify_entry_remove(&instance->level.entries, &protocol->entry);
	lock_exit(&instance->lock);
	if (!held)
		protocol_let_go(protocol);
}

void
protocol_unlist_gone(struct instance *instance)
{
	struct net_data *protocol, *next;

	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = next) {
		next = protocol_next(protocol);
		if (protocol->gone && protocol_is_listed(protocol))
			protocol_unlist(instance, protocol);
	}
}

void
protocol_refuse(struct instance *instance, struct net_data *protocol)
{
	ASSERT(protocol->provided);
	lock_enter(&instance->lock);
	protocol->going = true;
	protocol->of.provider->refused = true;
	lock_exit(&instance->lock);
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
		if ((handles & HANDLES_LOOKUPS) == 0)
			return 1;
	while (!atomic_compare_exchange_weak(
	    &protocol->handles, &handles, handles - 1));
	if (handles == 1)
		protocol_free(protocol);
	return 0;
}

static bool
is_refused(const struct net_data *protocol)
{
	const struct provider *provider = protocol_provider(protocol);

	return provider != NULL && provider->refused;
}

/*
 * Searched for by address: a stale handle is not there. Its memory may be
 * another protocol's by now, one that is only reserved, too: that belongs to a
 * job that is still queued, and nobody has its handle yet.
 */
struct net_data *
protocol_of_handle(struct instance *instance, const struct net_data *handle)
{
	struct net_data *protocol = protocol_first(instance);

	while (protocol != NULL && protocol != handle)
		protocol = protocol_next(protocol);
	if (protocol != NULL)
		return protocol;
	lock_enter(&instance->lock);
	protocol = protocol_of_entry(instance->reserved);
	while (protocol != NULL && protocol != handle)
		protocol = protocol_next(protocol);
	if (protocol != NULL && !is_refused(protocol))
		protocol = NULL;
	lock_exit(&instance->lock);
	return protocol;
}

void
instance_visit_protocols(
    struct instance *instance, protocol_visit_fn visit, void *arg)
{
	const struct net_data *protocol;

	lock_enter(&instance->lock);
	for (protocol = protocol_first(instance); protocol != NULL;
	     protocol = protocol_next(protocol))
		if (protocol_is_listed(protocol) && !protocol->gone)
			visit(arg, protocol_name(protocol));
	lock_exit(&instance->lock);
}
