/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_end.c: what is left of kstats on an instance, when their registrant,
 * their owner or the instance goes. On the instance's strand; owns nothing.
 */
#include "core/kstat/final_snapshot_impl.h"
#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_visit.h"

/* Other threads may make kstats meanwhile, so no walk without the lock. */
struct claim *
kstat_first_left(struct instance *instance, const struct claim *of)
{
	struct kstat_entry *entry;

	lock_enter(&instance->lock);
	entry = instance->kstats;
	while (entry != NULL && !claim_is_of(&entry->claim, of))
		entry = entry->by_name.next;
	lock_exit(&instance->lock);
	return entry != NULL ? &entry->claim : NULL;
}

unsigned
kstat_reclaim(
    struct instance *instance, struct claim *claim, const struct claim *of)
{
	struct kstat_entry *entry =
	    CONTAINER_OF(claim, struct kstat_entry, claim);

	(void)of;
	final_snapshot_of_left(instance, entry);
	kstat_remove(instance, entry);
	return 1;
}

unsigned
kstat_count_of(struct instance *instance, const struct registrant *registrant)
{
	struct kstat_entry *entry, *next;
	unsigned count = 0;

	lock_enter(&instance->lock);
	HASH_ITER (by_name, instance->kstats, entry, next)
		count += entry->claim.registrant == registrant;
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
