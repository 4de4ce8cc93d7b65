/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.c: owns the kstats. Each instance has its own by name, under the
 * instance's lock; all of them are known by address, under a lock of that
 * table, so that a pointer from a plugin is looked up before it is followed.
 * Making one takes these locks, on any thread; taking one away is a job of the
 * strand, because readers that call into the plugin run there too: so no kstat
 * goes while it is read. The documented functions are in kstat_life.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/clock.h"
#include "base/memory.h"
#include "core/callback/call.h"
#include "core/kstat/farewell_impl.h"
#include "core/hook/hook.h"
#include "core/kstat/kstat_impl.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"

const struct kstat_rule kstat_rules[KSTAT_NUM_TYPES] = {
    [KSTAT_TYPE_RAW] = {1, KSTAT_RAW_MAX},
    [KSTAT_TYPE_NAMED] = {sizeof(kstat_named_t), KSTAT_NDATA_MAX},
    [KSTAT_TYPE_INTR] = {sizeof(kstat_intr_t), 1},
    [KSTAT_TYPE_IO] = {sizeof(kstat_io_t), 1},
    [KSTAT_TYPE_TIMER] = {sizeof(kstat_timer_t), KSTAT_NDATA_MAX},
};

static struct {
	struct lock lock;
	struct kstat_entry *table;
	kid_t last_kid; /* given so far; the first is 1 */
} by_address = {.lock = LOCK_INITIALIZER(LOCK_KSTATS)};

/* --- the table ------------------------------------------------------------ */

void
kstat_table_enter(void)
{
	lock_enter(&by_address.lock);
}

void
kstat_table_exit(void)
{
	lock_exit(&by_address.lock);
}

static void
table_add(struct kstat_entry *entry)
{
	lock_assert_held(&by_address.lock);
	entry->address = entry;
	HASH_ADD(by_address, by_address.table, address, sizeof(entry->address),
	    entry);
}

/* Also one that is gone and only held. */
static struct kstat_entry *
table_find_any(const kstat_t *kstat)
{
	const void *address =
	    CONTAINER_OF((void *)(uintptr_t)kstat, struct kstat_entry, public);
	struct kstat_entry *entry = NULL;

	lock_assert_held(&by_address.lock);
	if (kstat != NULL)
		HASH_FIND(by_address, by_address.table, &address,
		    sizeof(address), entry);
	return entry;
}

struct kstat_entry *
kstat_table_find(const kstat_t *kstat)
{
	struct kstat_entry *entry = table_find_any(kstat);

	return entry != NULL && entry->home != NULL ? entry : NULL;
}

struct kstat_entry *
kstat_table_find_kid(kid_t kid)
{
	struct kstat_entry *entry = by_address.table;

	lock_assert_held(&by_address.lock);
	while (entry != NULL &&
	       (entry->public.ks_kid != kid || entry->home == NULL))
		entry = entry->by_address.next;
	return entry;
}

void
kstat_hold(struct kstat_entry *entry)
{
	lock_assert_held(&by_address.lock);
	entry->holds++;
}

/* Whether that was the last hold on one that is gone; the lock is held. */
static bool
let_go(struct kstat_entry *entry)
{
	bool last = --entry->holds == 0 && entry->home == NULL;

	if (last)
		HASH_DELETE(by_address, by_address.table, entry);
	return last;
}

void
kstat_let_go(struct kstat_entry *entry)
{
	bool last;

	lock_enter(&by_address.lock);
	ASSERT(entry->holds > 0);
	last = let_go(entry);
	lock_exit(&by_address.lock);
	if (last)
		kstat_free(entry);
}

NETINST_EXPORT void
kstat_rele(kstat_t *kstat)
{
	struct kstat_entry *entry;
	bool held, last;

	lock_enter(&by_address.lock);
	entry = table_find_any(kstat);
	held = entry != NULL && entry->holds > 0;
	last = held && let_go(entry);
	lock_exit(&by_address.lock);
	if (last)
		kstat_free(entry);
	if (!held)
		kstat_complain(__builtin_return_address(0),
		    "kstat_rele refused: nobody holds that kstat");
}

/* --- one kstat ------------------------------------------------------------ */

static void
entry_name(kstat_t *public, const char *const names[3], int instance)
{
	char made[KSTAT_STRLEN + 12];
	const char *name = names[1];

	if (name == NULL) {
		(void)snprintf(
		    made, sizeof(made), "%.30s%d", names[0], instance);
		name = made;
	}
	kstat_copy_name(public->ks_module, names[0]);
	kstat_copy_name(public->ks_name, name);
	kstat_copy_name(public->ks_class, names[2] != NULL ? names[2] : "misc");
	public->ks_instance = instance;
}

struct kstat_entry *
kstat_new(const char *const names[3], int instance, uchar_t type, ulong_t ndata,
    uchar_t flags, struct owner *owner)
{
	size_t size = ndata * kstat_rules[type].size;
	bool is_virtual = (flags & KSTAT_FLAG_VIRTUAL) != 0;
	struct kstat_entry *entry =
	    memory_zalloc(sizeof(*entry) + (is_virtual ? 0 : size));
	kstat_t *public = &entry->public;

	entry->magic = KSTAT_MAGIC;
	entry->type = type;
	entry->flags = flags;
	entry->ndata = (uint32_t)ndata;
	entry->owner = owner;
	owner_hold(owner);
	mutex_init(&entry->own_lock, NULL, MUTEX_DEFAULT, NULL);
	entry_name(public, names, instance);
	kstat_make_key(
	    &entry->key, public->ks_module, instance, public->ks_name);
	public->ks_type = type;
	public->ks_flags = flags | KSTAT_FLAG_INVALID;
	public->ks_ndata = (uint_t)ndata;
	public->ks_data_size = size;
	public->ks_data = is_virtual ? NULL : entry->data;
	public->ks_crtime = public->ks_snaptime = clock_monotonic();
	public->ks_lock = &entry->own_lock;
	return entry;
}

void
kstat_free(struct kstat_entry *entry)
{
	CHECK(entry, KSTAT_MAGIC);
	ASSERT(entry->holds == 0);
	entry->magic = 0;
	/* What it shows is part of a hook. */
	if (entry->framework && entry->public.ks_private != NULL)
		hook_release(entry->public.ks_private);
	mutex_destroy(&entry->own_lock);
	owner_release(entry->owner);
	free(entry);
}

void
kstat_make_key(
    struct kstat_key *key, const char *module, int instance, const char *name)
{
	memset(key, 0, sizeof(*key));
	kstat_copy_name(key->module, module);
	kstat_copy_name(key->name, name);
	key->instance = instance;
}

struct kstat_entry *
kstat_find(const struct instance *instance, const struct kstat_key *key)
{
	struct kstat_entry *entry;

	HASH_FIND(by_name, instance->kstats, key, sizeof(*key), entry);
	return entry;
}

/* --- listing -------------------------------------------------------------- */

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
	if (!maker_is_welcome(instance, entry->registrant, entry->owner))
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
	struct owner *owner = dormant->owner;

	dormant->owner = wanted->owner;
	wanted->owner = owner;
	dormant->registrant = wanted->registrant;
	dormant->flags = wanted->flags;
	dormant->public.ks_flags =
	    wanted->flags | KSTAT_FLAG_DORMANT | KSTAT_FLAG_INVALID;
	atomic_store(&dormant->installed, false);
}

/*
 * Only the strand may touch the pair; what is made from elsewhere is found by
 * its registrant when that leaves.
 */
static void
entry_count(struct instance *instance, struct kstat_entry *entry)
{
	if (frame_is_inside(instance))
		entry->counted = pair_own(instance, entry->registrant);
}

/* Whoever finds it, by any way, finds it complete; both locks are held. */
static void
entry_add(struct instance *instance, struct kstat_entry *entry)
{
	entry->home = instance;
	/* Under the instance's lock, so that kids rise along its list. */
	entry->public.ks_kid = ++by_address.last_kid;
	table_add(entry);
	HASH_ADD(by_name, instance->kstats, key, sizeof(entry->key), entry);
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
	lock_enter(&by_address.lock);
	lock_enter(&instance->lock);
	same = kstat_find(instance, &entry->key);
	listing->refusal = entry_refusal(instance, entry, same);
	if (listing->refusal == NULL && same != NULL) {
		listing_wake(listing, same, entry);
	} else if (listing->refusal == NULL) {
		entry_add(instance, entry);
		listing->listed = entry;
	}
	lock_exit(&instance->lock);
	lock_exit(&by_address.lock);
}

const char *
kstat_list(struct instance *instance, struct kstat_entry **listed)
{
	struct kstat_entry *entry = *listed;
	struct listing listing;

	entry->registrant = entry->framework ? NULL : registrant_of_caller();
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
	entry_count(instance, *listed);
	return NULL;
}

/* Off all lists but that of what is held; true when nobody holds it. */
static bool
entry_go(struct kstat_entry *entry)
{
	bool held;

	lock_enter(&by_address.lock);
	kstat_visits_end(entry);
	entry->home = NULL;
	/* Plugin code further up this stack is not through with it. */
	entry->condemned = entry->used > 0;
	entry->holds += entry->condemned;
	held = entry->holds > 0;
	if (!held)
		HASH_DELETE(by_address, by_address.table, entry);
	lock_exit(&by_address.lock);
	return !held;
}

void
kstat_remove(struct instance *instance, struct kstat_entry *entry)
{
	bool counted = entry->counted, last;
	const struct registrant *registrant = entry->registrant;

	CHECK(entry, KSTAT_MAGIC);
	lock_enter(&instance->lock);
	HASH_DELETE(by_name, instance->kstats, entry);
	if (instance->kstat_read_last == entry)
		instance->kstat_read_last = NULL;
	lock_exit(&instance->lock);
	last = entry_go(entry);
	if (counted)
		pair_disown(instance, registrant);
	if (last)
		kstat_free(entry);
}

/* --- what is left --------------------------------------------------------- */

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
kstat_free_left(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct kstat_entry *entry;
	unsigned count = 0;

	while ((entry = first_of(instance, registrant, owner)) != NULL) {
		farewell_leave(instance, entry);
		kstat_remove(instance, entry);
		count++;
	}
	return count;
}

struct owner *
kstat_left_owner(struct instance *instance)
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

size_t
instance_kstat_count(struct instance *instance)
{
	size_t count;

	lock_enter(&instance->lock);
	count = HASH_CNT(by_name, instance->kstats);
	lock_exit(&instance->lock);
	return count;
}
