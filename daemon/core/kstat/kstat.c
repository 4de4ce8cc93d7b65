/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.c: owns the list of each instance's kstats, by name, under the
 * instance's lock. Listing one takes that lock and the table's
 * (kstat_table.c), on any thread; taking one away is a job of the strand,
 * because readers that call into the plugin run there too: so no kstat goes
 * while it is read. The documented functions are in kstat_life.c.
 */
#include <string.h>

#include "core/callback/call.h"
#include "core/kstat/kstat_impl.h"
#include "core/callback/frame.h"
#include "core/kstat/kstat_visit.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"

/* Whether a dormant one is what is asked for. */
static bool
entry_fits(const struct kstat_entry *dormant, const struct kstat_entry *wanted)
{
	return (wanted->flags & KSTAT_FLAG_PERSISTENT) != 0 &&
	       dormant->type == wanted->type &&
	       dormant->ndata == wanted->ndata &&
	       strncmp(dormant->public.ks_class, wanted->public.ks_class,
		   KSTAT_STRLEN) == 0;
}

/* Why the kstat cannot be made there, or NULL; the instance's lock is held. */
static const char *
entry_refusal(const struct instance *instance, const struct kstat_entry *entry,
    const struct kstat_entry *same)
{
	if (instance->closed)
		return "the instance is gone";
	if (!maker_is_welcome(instance, &entry->claim))
		return "who makes it is leaving";
	if (kstat_visitor_find(instance, &entry->key) != NULL)
		return "there is one of that name, of another instance";
	if (same == NULL)
		return NULL;
	if (!same->dormant || !atomic_load(&same->installed))
		return "there is one of that name";
	return entry_fits(same, entry) ? NULL
				       : "a dormant one of that name has "
					 "another class, type or ndata";
}

/*
 * It becomes the new creator's; not readable until he installs it. Its own lock
 * is held, as by all who read or write one that sleeps.
 */
static void
entry_wake(struct kstat_entry *dormant, struct kstat_entry *wanted)
{
	struct owner *owner = dormant->claim.owner;

	dormant->claim.owner = wanted->claim.owner;
	wanted->claim.owner = owner;
	dormant->claim.registrant = wanted->claim.registrant;
	dormant->flags = wanted->flags;
	dormant->public.ks_flags =
	    wanted->flags | KSTAT_FLAG_DORMANT | KSTAT_FLAG_INVALID;
	atomic_store(&dormant->installed, false);
}

/* What came of one try to list. */
struct listing {
	struct kstat_entry *listed; /* the entry, or a dormant one; or NULL */
	struct kstat_entry *busy;   /* a dormant one that is in use; a hold */
	const char *refusal;
};

/* Wakes it unless somebody reads or writes it just now; both locks are held. */
static void
listing_wake(struct listing *listing, struct kstat_entry *dormant,
    struct kstat_entry *wanted)
{
	if (mutex_owned(&dormant->own_lock)) {
		listing->refusal = "the caller holds its ks_lock";
	} else if (mutex_tryenter(&dormant->own_lock)) {
		entry_wake(dormant, wanted);
		mutex_exit(&dormant->own_lock);
		listing->listed = dormant;
	} else {
		kstat_hold(dormant);
		listing->busy = dormant;
	}
}

static void
listing_try(struct listing *listing, struct instance *instance,
    struct kstat_entry *entry)
{
	struct kstat_entry *same;

	*listing = (struct listing){.listed = NULL};
	kstat_table_enter();
	lock_enter(&instance->lock);
	same = kstat_find(instance, &entry->key);
	listing->refusal = entry_refusal(instance, entry, same);
	if (listing->refusal == NULL && same != NULL) {
		listing_wake(listing, same, entry);
	} else if (listing->refusal == NULL) {
		/* Whoever finds it, by any way, finds it complete. */
		kstat_table_add(instance, entry);
		HASH_ADD(
		    by_name, instance->kstats, key, sizeof(entry->key), entry);
		listing->listed = entry;
	}
	lock_exit(&instance->lock);
	kstat_table_exit();
}

const char *
kstat_list(struct instance *instance, struct kstat_entry **listed)
{
	struct kstat_entry *entry = *listed;
	struct listing listing;

	entry->claim.registrant =
	    entry->framework ? NULL : registrant_of_caller();
	listing_try(&listing, instance, entry);
	while (listing.busy != NULL) {
		/* Who uses a dormant one runs no plugin code meanwhile. */
		mutex_enter(&listing.busy->own_lock);
		mutex_exit(&listing.busy->own_lock);
		kstat_let_go(listing.busy);
		listing_try(&listing, instance, entry);
	}
	if (listing.refusal != NULL)
		return listing.refusal;
	if (listing.listed != entry) {
		kstat_free(entry);
		*listed = listing.listed;
	}
	/*
	 * Only the strand may touch the pair; what is made from elsewhere is
	 * found by its registrant when that leaves.
	 */
	if (frame_is_inside(instance))
		(*listed)->counted = pair_own(instance, &(*listed)->claim);
	return NULL;
}

struct kstat_entry *
kstat_show(struct instance *instance, struct kstat_entry *entry)
{
	entry->framework = true;
	entry->public.ks_flags &= (uchar_t)~KSTAT_FLAG_INVALID;
	atomic_store(&entry->installed, true);
	if (kstat_list(instance, &entry) == NULL)
		return entry;
	kstat_free(entry);
	return NULL;
}

void
kstat_remove(struct instance *instance, struct kstat_entry *entry)
{
	bool last;

	CHECK(entry, KSTAT_MAGIC);
	lock_enter(&instance->lock);
	HASH_DELETE(by_name, instance->kstats, entry);
	if (instance->kstat_read_last == entry)
		instance->kstat_read_last = NULL;
	lock_exit(&instance->lock);
	kstat_table_enter();
	kstat_visits_end(entry);
	last = kstat_table_remove(entry);
	/* Out of reach, and there until the lock is given back. */
	pair_disown(instance, &entry->claim, &entry->counted);
	kstat_table_exit();
	if (last)
		kstat_free(entry);
}

size_t
instance_kstat_count(struct instance *instance)
{
	size_t count;

	lock_enter(&instance->lock);
	count = HASH_CNT(by_name, instance->kstats);
	lock_exit(&instance->lock);
	return count;
}
