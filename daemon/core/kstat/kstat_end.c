/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_end.c: what is left of kstats on an instance, when their registrant,
 * their owner or the instance goes. On the instance's strand; owns nothing.
 */
#include "core/kstat/final_snapshot_impl.h"
#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_visit.h"

static bool
is_of(const struct kstat_entry *entry, const struct registrant *registrant,
    const struct owner *owner)
{
	return (registrant == NULL || entry->registrant == registrant) &&
	       (owner == NULL || entry->owner == owner);
}

/* Other threads may make kstats meanwhile, so no walk without the lock. */
static struct kstat_entry *
first_of(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct kstat_entry *entry;

	lock_enter(&instance->lock);
	entry = instance->kstats;
	while (entry != NULL && !is_of(entry, registrant, owner))
		entry = entry->by_name.next;
	lock_exit(&instance->lock);
	return entry;
}

unsigned
kstat_reclaim(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct kstat_entry *entry;
	unsigned count = 0;

	while ((entry = first_of(instance, registrant, owner)) != NULL) {
		final_snapshot_of_left(instance, entry);
		kstat_remove(instance, entry);
		count++;
	}
	return count;
}

struct owner *
kstat_leftover_owner(struct instance *instance)
{
	const struct kstat_entry *entry = first_of(instance, NULL, NULL);

	return entry != NULL ? entry->owner : NULL;
}

unsigned
kstat_count_of(struct instance *instance, const struct registrant *registrant)
{
	struct kstat_entry *entry, *next;
	unsigned count = 0;

	lock_enter(&instance->lock);
	HASH_ITER (by_name, instance->kstats, entry, next)
		count += is_of(entry, registrant, NULL);
	lock_exit(&instance->lock);
	return count;
}

/* Asleep, and nobody has woken it. */
static struct kstat_entry *
first_dormant(struct instance *instance)
{
	struct kstat_entry *entry;

	lock_enter(&instance->lock);
	entry = instance->kstats;
	while (entry != NULL &&
	       !(entry->dormant && atomic_load(&entry->installed)))
		entry = entry->by_name.next;
	lock_exit(&instance->lock);
	return entry;
}

void
kstat_end(struct instance *instance)
{
	struct kstat_entry *entry;

	kstat_visitors_end(instance);
	while ((entry = first_dormant(instance)) != NULL)
		kstat_remove(instance, entry);
}
