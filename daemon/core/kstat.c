/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.c: owns the kstats. Each instance has its own by name, under the
 * instance's lock; all of them are known by address, under a lock of that
 * table, so that a pointer from a plugin is looked up before it is followed.
 * Making one takes these locks, on any thread; taking one away is a job of the
 * strand, because readers that call into the plugin run there too: so no kstat
 * goes while it is read.
 */
#include <netinst/kstat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/call.h"
#include "core/frame.h"
#include "core/kstat_impl.h"
#include "core/owner_impl.h"
#include "core/pair.h"

static struct {
	struct lock lock;
	struct kstat_entry *table;
} by_address = {.lock = LOCK_INITIALIZER(LOCK_KSTATS)};

static _Atomic kid_t last_kid;

static const char *
create_refusal(const char *module, uchar_t type, ulong_t ndata, uchar_t flags)
{
	if (module == NULL || module[0] == '\0')
		return "it has no module";
	if (type != KSTAT_TYPE_NAMED)
		return "only named kstats are supported";
	if ((flags & ~KSTAT_FLAG_VIRTUAL) != 0)
		return "a flag is not supported";
	if (ndata == 0 || ndata > KSTAT_NDATA_MAX)
		return "ndata is out of range";
	return NULL;
}

static void
entry_name(kstat_t *public, const char *module, int instance, const char *name,
    const char *class)
{
	char made[KSTAT_STRLEN + 12];

	if (name == NULL) {
		(void)snprintf(made, sizeof(made), "%.30s%d", module, instance);
		name = made;
	}
	kstat_copy_name(public->ks_module, module);
	kstat_copy_name(public->ks_name, name);
	kstat_copy_name(public->ks_class, class != NULL ? class : "misc");
	public->ks_instance = instance;
}

static struct kstat_entry *
entry_create(ulong_t ndata, uchar_t flags, struct owner *owner)
{
	struct kstat_entry *entry = memory_zalloc(sizeof(*entry));
	kstat_t *public = &entry->public;

	entry->magic = KSTAT_MAGIC;
	entry->owner = owner;
	owner_hold(owner);
	mutex_init(&entry->own_lock, NULL, MUTEX_DEFAULT, NULL);
	public->ks_type = KSTAT_TYPE_NAMED;
	public->ks_flags = flags | KSTAT_FLAG_INVALID;
	public->ks_ndata = (uint_t)ndata;
	public->ks_data_size = ndata * sizeof(kstat_named_t);
	if ((flags & KSTAT_FLAG_VIRTUAL) == 0)
		entry->data = public->ks_data =
		    memory_zalloc(public->ks_data_size);
	public->ks_crtime = public->ks_snaptime = clock_monotonic();
	public->ks_lock = &entry->own_lock;
	return entry;
}

static void
entry_free(struct kstat_entry *entry)
{
	CHECK(entry, KSTAT_MAGIC);
	entry->magic = 0;
	mutex_destroy(&entry->own_lock);
	owner_release(entry->owner);
	free(entry->data);
	free(entry);
}

static void
entry_make_key(struct kstat_entry *entry)
{
	memset(&entry->key, 0, sizeof(entry->key));
	memcpy(entry->key.module, entry->public.ks_module, KSTAT_STRLEN);
	memcpy(entry->key.name, entry->public.ks_name, KSTAT_STRLEN);
	entry->key.instance = entry->public.ks_instance;
}

static void
address_add(struct kstat_entry *entry)
{
	lock_enter(&by_address.lock);
	entry->address = entry;
	HASH_ADD(by_address, by_address.table, address, sizeof(entry->address),
	    entry);
	lock_exit(&by_address.lock);
}

static void
address_remove(struct kstat_entry *entry)
{
	lock_enter(&by_address.lock);
	HASH_DELETE(by_address, by_address.table, entry);
	lock_exit(&by_address.lock);
}

/* What a plugin's pointer points to, or NULL; the table's lock is held. */
static struct kstat_entry *
address_find(const kstat_t *kstat)
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

/* Why the kstat cannot be made there, or NULL; the instance's lock is held. */
static const char *
entry_refusal(const struct instance *instance, const struct kstat_entry *entry)
{
	struct kstat_entry *same;

	HASH_FIND(
	    by_name, instance->kstats, &entry->key, sizeof(entry->key), same);
	if (instance->closed)
		return "the instance is gone";
	if (!registrant_is_welcome(instance, entry->registrant) ||
	    owner_is_retired(entry->owner))
		return "who makes it is leaving";
	return same != NULL ? "there is one of that name" : NULL;
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

/* Lists it, or says why not. */
static const char *
entry_list(struct instance *instance, struct kstat_entry *entry)
{
	const char *refusal;

	entry_make_key(entry);
	entry->home = instance;
	entry->registrant = registrant_of_caller();
	address_add(entry);
	lock_enter(&instance->lock);
	refusal = entry_refusal(instance, entry);
	if (refusal == NULL) {
		/* Under the lock, so that kids rise along the list. */
		entry->public.ks_kid = atomic_fetch_add(&last_kid, 1) + 1;
		HASH_ADD(
		    by_name, instance->kstats, key, sizeof(entry->key), entry);
	}
	lock_exit(&instance->lock);
	if (refusal != NULL)
		address_remove(entry);
	else
		entry_count(instance, entry);
	return refusal;
}

static kstat_t *
create_on(
    struct instance *instance, struct kstat_entry *entry, const char **refusal)
{
	if (instance == NULL)
		*refusal = "there is no such instance";
	else
		*refusal = entry_list(instance, entry);
	if (*refusal == NULL)
		return &entry->public;
	entry_free(entry);
	return NULL;
}

NETINST_EXPORT kstat_t *
net_kstat_create(netid_t id, const char *module, int instance, const char *name,
    const char *class, uchar_t type, ulong_t ndata, uchar_t flags)
{
	const char *refusal = create_refusal(module, type, ndata, flags);
	struct owner *owner = owner_of_caller(__builtin_return_address(0));
	struct instance *home = NULL;
	struct kstat_entry *entry;
	kstat_t *public = NULL;

	if (refusal == NULL) {
		home = instance_find(id);
		entry = entry_create(ndata, flags, owner);
		entry_name(&entry->public, module, instance, name, class);
		public = create_on(home, entry, &refusal);
	}
	if (refusal != NULL)
		log_warning("core",
		    "%s: net_kstat_create of %.30s:%d:%.30s on instance %d "
		    "refused: %s",
		    owner_name(owner), module != NULL ? module : "", instance,
		    name != NULL ? name : "", (int)id, refusal);
	if (home != NULL)
		instance_release(home);
	return public;
}

void
kstat_remove(struct instance *instance, struct kstat_entry *entry)
{
	CHECK(entry, KSTAT_MAGIC);
	address_remove(entry);
	lock_enter(&instance->lock);
	HASH_DELETE(by_name, instance->kstats, entry);
	if (instance->kstat_read_last == entry)
		instance->kstat_read_last = NULL;
	lock_exit(&instance->lock);
	if (entry->counted)
		pair_disown(instance, entry->registrant);
	/* A reader further up this stack frees it when it is done. */
	if (entry->reading)
		entry->condemned = true;
	else
		entry_free(entry);
}

void
kstat_read_ended(struct kstat_entry *entry)
{
	entry->reading = false;
	if (entry->condemned)
		entry_free(entry);
}

static bool
run_delete(struct instance *instance, struct call *call)
{
	struct kstat_entry *entry;
	bool same;

	/* Somebody may have deleted it meanwhile, and made another there. */
	lock_enter(&by_address.lock);
	entry = address_find(call->arg);
	same = entry != NULL && entry->home == instance &&
	       entry->public.ks_kid == call->kid;
	lock_exit(&by_address.lock);
	if (same)
		kstat_remove(instance, entry);
	return true;
}

/*
 * Opens or closes it to readers; its instance with a reference, or NULL. Its
 * kid is read here, too: once the lock is left, another thread may have
 * deleted it.
 */
static struct instance *
entry_open(kstat_t *kstat, bool open, kid_t *kid)
{
	struct instance *home = NULL;
	struct kstat_entry *entry;

	lock_enter(&by_address.lock);
	entry = address_find(kstat);
	if (entry != NULL) {
		home = entry->home;
		*kid = entry->public.ks_kid;
		instance_hold(home);
		lock_enter(&home->lock);
		if (open)
			kstat->ks_flags &= (uchar_t)~KSTAT_FLAG_INVALID;
		entry->installed = open;
		lock_exit(&home->lock);
	}
	lock_exit(&by_address.lock);
	return home;
}

NETINST_EXPORT void
net_kstat_delete(netid_t id, kstat_t *kstat)
{
	struct call call = {
	    .run = run_delete,
	    .owner = owner_daemon(),
	    .arg = kstat,
	};
	struct instance *home = entry_open(kstat, false, &call.kid);

	if (home == NULL)
		return;
	if (home->id == id)
		(void)call_make(home, &call);
	instance_release(home);
}

NETINST_EXPORT void
kstat_install(kstat_t *kstat)
{
	kid_t kid;
	struct instance *home = entry_open(kstat, true, &kid);

	if (home != NULL)
		instance_release(home);
	else
		log_warning("core",
		    "%s: kstat_install refused: there is no such kstat",
		    owner_name(owner_of_caller(__builtin_return_address(0))));
}

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

size_t
instance_kstat_count(struct instance *instance)
{
	size_t count;

	lock_enter(&instance->lock);
	count = HASH_CNT(by_name, instance->kstats);
	lock_exit(&instance->lock);
	return count;
}
