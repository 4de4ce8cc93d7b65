/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c: owns the one core there is (core_impl.h), and the registrants: a
 * list in registration order, under the core's lock. Any thread. What
 * registering means for the instances there are is in register.c.
 */
#include "core/object/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct core core;

static struct {
	struct registrant **list; /* each a reference, ascending by sequence */
	size_t count, room;
	uint64_t sequence;	  /* of the last one */
	struct registrant *names; /* hash */
} registry;

void
registry_init(void)
{
	memset(&registry, 0, sizeof(registry));
}

void
registry_destroy(void)
{
	ASSERT(registry.count == 0);
	free(registry.list);
	registry.list = NULL;
}

void
registrant_hold(struct registrant *registrant)
{
	CHECK(registrant, REGISTRANT_MAGIC);
	(void)atomic_fetch_add_explicit(
	    &registrant->references, 1, memory_order_relaxed);
}

void
registrant_release(struct registrant *registrant)
{
	CHECK(registrant, REGISTRANT_MAGIC);
	if (atomic_fetch_sub(&registrant->references, 1) != 1)
		return;
	ASSERT(registrant->waiters == NULL);
	registrant->magic = 0;
	owner_release(registrant->owner);
	free(registrant->name);
	free(registrant);
}

/* Index of the first registrant above sequence. */
static size_t
registry_index_after(uint64_t sequence)
{
	size_t low = 0, high = registry.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (registry.list[middle]->sequence <= sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct registrant *
registry_after(uint64_t sequence)
{
	struct registrant *found = NULL;
	size_t i;

	lock_enter(&core.lock);
	for (i = registry_index_after(sequence);
	     i < registry.count && found == NULL; i++)
		if (!atomic_load(&registry.list[i]->leaving))
			found = registry.list[i];
	if (found != NULL)
		registrant_hold(found);
	lock_exit(&core.lock);
	return found;
}

struct registrant *
registry_find(uint64_t sequence)
{
	struct registrant *found = NULL;
	size_t i;

	lock_enter(&core.lock);
	i = sequence > 0 ? registry_index_after(sequence - 1) : 0;
	if (i < registry.count && registry.list[i]->sequence == sequence) {
		found = registry.list[i];
		registrant_hold(found);
	}
	lock_exit(&core.lock);
	return found;
}

uint64_t
registry_count(void)
{
	uint64_t count;

	lock_enter(&core.lock);
	count = registry.count;
	lock_exit(&core.lock);
	return count;
}

struct registrant *
registry_find_by_name(const char *name)
{
	struct registrant *registrant;

	lock_assert_held(&core.lock);
	HASH_FIND(by_name, registry.names, name, strlen(name), registrant);
	return registrant;
}

void
registry_append(struct registrant *registrant)
{
	if (registry.count == registry.room) {
		registry.room = registry.room > 0 ? registry.room * 2 : 16;
		registry.list = memory_resize(
		    registry.list, registry.room, sizeof(*registry.list));
	}
	registrant->previous = registry.sequence;
	registrant->sequence = ++registry.sequence;
	registrant_hold(registrant);
	registry.list[registry.count++] = registrant;
	HASH_ADD_KEYPTR(by_name, registry.names, registrant->name,
	    strlen(registrant->name), registrant);
}

void
registry_remove(struct registrant *registrant)
{
	size_t i = registry_index_after(registrant->sequence - 1);

	lock_assert_held(&core.lock);
	ASSERT(i < registry.count && registry.list[i] == registrant);
	HASH_DELETE(by_name, registry.names, registrant);
	registry.count--;
	memmove(&registry.list[i], &registry.list[i + 1],
	    (registry.count - i) * sizeof(registry.list[0]));
}

struct registrant *
registry_newest_of(const struct owner *owner)
{
	size_t i;

	lock_assert_held(&core.lock);
	for (i = registry.count; i > 0; i--)
		if (registry.list[i - 1]->owner == owner)
			return registry.list[i - 1];
	return NULL;
}

void
registry_leave(const struct owner *owner)
{
	size_t i;

	lock_assert_held(&core.lock);
	for (i = 0; i < registry.count; i++)
		if (registry.list[i]->owner == owner)
			atomic_store(&registry.list[i]->leaving, true);
}

struct registrant *
registrant_create(struct owner *owner, const net_instance_t *callbacks,
    hook_notify_fn_t notify, const struct pair_driver *driver)
{
	struct registrant *registrant = memory_zalloc(sizeof(*registrant));

	registrant->magic = REGISTRANT_MAGIC;
	atomic_init(&registrant->references, 1);
	registrant->driver = driver;
	registrant->callbacks = *callbacks;
	registrant->name = memory_strdup(callbacks->nin_name);
	registrant->callbacks.nin_name = registrant->name;
	registrant->notify = notify;
	registrant->owner = owner;
	owner_hold(owner);
	return registrant;
}

void
owner_visit_registrants(
    struct owner *owner, registrant_visit_fn visit, void *arg)
{
	struct registrant_view view;
	const struct registrant *registrant;
	size_t i;

	lock_enter(&core.lock);
	for (i = 0; i < registry.count; i++) {
		registrant = registry.list[i];
		if (registrant->owner != owner)
			continue;
		view.name = registrant->callbacks.nin_name;
		view.active = atomic_load(&registrant->active);
		view.failed = atomic_load(&registrant->failed);
		view.leaving = atomic_load(&registrant->leaving);
		visit(arg, &view);
	}
	lock_exit(&core.lock);
}
