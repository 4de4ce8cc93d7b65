/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_table.c: owns the memory of kstats and the table that knows all of them
 * by address, under a lock of its own, so that a pointer from a plugin is
 * looked up before it is followed. Any thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/memory.h"
#include "core/kstat/kstat_impl.h"
#include "core/object/owner_impl.h"
#include "lib/clock.h"

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

static void (*release_private)(void *private); /* set once, at the start */

/* --- the table ------------------------------------------------------------ */

void
kstat_table_init(void (*release)(void *private))
{
	release_private = release;
}

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

void
kstat_table_add(struct instance *home, struct kstat_entry *entry)
{
	lock_assert_held(&by_address.lock);
	lock_assert_held(&home->lock);
	entry->home = home;
	entry->public.ks_kid = ++by_address.last_kid;
	entry->address = entry;
	HASH_ADD(by_address, by_address.table, address, sizeof(entry->address),
	    entry);
}

bool
kstat_table_remove(struct kstat_entry *entry)
{
	bool held;

	lock_assert_held(&by_address.lock);
	entry->home = NULL;
	/* Plugin code further up this stack is not through with it. */
	entry->condemned = entry->used > 0;
	entry->holds += entry->condemned;
	held = entry->holds > 0;
	if (!held)
		HASH_DELETE(by_address, by_address.table, entry);
	return !held;
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
	entry->claim.owner = owner;
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
	if (entry->framework && entry->public.ks_private != NULL)
		release_private(entry->public.ks_private);
	mutex_destroy(&entry->own_lock);
	owner_release(entry->claim.owner);
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
