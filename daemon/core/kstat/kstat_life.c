/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_life.c: the documented functions that install and delete kstats. Owns
 * nothing: kstat.c keeps them. Any thread calls these; what runs plugin code or
 * takes a kstat away is a call on its instance's strand.
 *
 * A persistent kstat that is deleted stays as a dormant one: it is the
 * daemon's then, plain data under the framework's own lock, and nobody's
 * leftover.
 */
#include <netinst/plugin.h>

#include "core/callback/call.h"
#include "core/kstat/final_snapshot_impl.h"
#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_use.h"
#include "core/kstat/kstat_snapshot.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"

/* --- deleting ------------------------------------------------------------- */

/* What a call is about, if it is still there. */
static struct kstat_entry *
entry_of_call(const struct instance *instance, const struct call *call)
{
	struct kstat_entry *entry;

	/* Somebody may have deleted it meanwhile, and made another there. */
	kstat_table_enter();
	entry = kstat_table_find(call->arg);
	if (entry != NULL &&
	    (entry->home != instance || entry->public.ks_kid != call->kid))
		entry = NULL;
	kstat_table_exit();
	return entry;
}

/* The last values of one that goes to sleep. */
static void
entry_update_finally(struct instance *instance, struct kstat_entry *entry)
{
	struct kstat_use use;
	int error;

	if (entry->public.ks_update == NULL || entry->used > 0)
		return;
	if (!kstat_use_begin(&use, instance, entry))
		return;
	error = kstat_update(entry, KSTAT_READ);
	kstat_use_end(&use, error != 0);
}

/* Nothing of the plugin's is left in it. */
static void
entry_strip(struct kstat_entry *entry)
{
	kstat_t *public = &entry->public;

	public->ks_update = NULL;
	public->ks_snapshot = NULL;
	public->ks_private = NULL;
	public->ks_lock = &entry->own_lock;
	public->ks_data = entry->data;
	public->ks_ndata = entry->ndata;
	public->ks_flags = entry->flags | KSTAT_FLAG_DORMANT;
}

/* The lock order: plugins hold a ks_lock when they call the framework. */
static void
entry_give_to_daemon(struct instance *instance, struct kstat_entry *entry)
{
	owner_hold(owner_daemon());
	/* Readers look at it under both. */
	mutex_enter(&entry->own_lock);
	lock_enter(&instance->lock);
	entry_strip(entry);
	entry->claim.owner = owner_daemon();
	entry->claim.registrant = NULL;
	entry->dormant = true;
	atomic_store(&entry->installed, true);
	lock_exit(&instance->lock);
	mutex_exit(&entry->own_lock);
}

static void
entry_sleep(struct instance *instance, struct kstat_entry *entry)
{
	struct owner *owner = entry->claim.owner;

	pair_disown(instance, &entry->claim, &entry->counted);
	entry_give_to_daemon(instance, entry);
	owner_release(owner);
}

static void
entry_delete(struct instance *instance, struct kstat_entry *entry)
{
	switch (kstat_state(instance, entry)) {
	case KSTAT_ASLEEP:
		return;
	case KSTAT_OPEN:
		if ((entry->flags & KSTAT_FLAG_PERSISTENT) == 0)
			break;
		entry_update_finally(instance, entry);
		entry_sleep(instance, entry);
		return;
	case KSTAT_WOKEN:
		entry_sleep(instance, entry);
		return;
	case KSTAT_NEW:
		break;
	}
	kstat_remove(instance, entry);
}

static bool
run_delete(struct instance *instance, struct call *call)
{
	struct kstat_entry *entry = entry_of_call(instance, call);

	if (entry != NULL && final_snapshot_of_deleted(instance, entry))
		entry = entry_of_call(instance, call);
	if (entry != NULL)
		entry_delete(instance, entry);
	return true;
}

/*
 * Why the calling thread may not wait for plugin code of a kstat, or NULL: that
 * code runs with ks_lock held. The instance's lock is held.
 */
static const char *
wait_refusal(const struct kstat_entry *entry)
{
	const kmutex_t *lock = entry->public.ks_lock;

	if (lock != NULL && mutex_owned(lock))
		return "the caller holds its ks_lock";
	return NULL;
}

/* Readers do not see it any more, unless it is persistent. */
static const char *
entry_hide(struct kstat_entry *entry)
{
	const char *refusal;

	lock_enter(&entry->home->lock);
	/* An event or a hook would go on with a window that is gone. */
	refusal = entry->framework ? "it is the framework's own"
				   : wait_refusal(entry);
	if (refusal == NULL && (entry->flags & KSTAT_FLAG_PERSISTENT) == 0)
		atomic_store(&entry->installed, false);
	lock_exit(&entry->home->lock);
	return refusal;
}

/*
 * Its instance with a reference, and its kid, which must be read before the
 * table's lock is left: then another thread may delete it.
 */
static const char *
delete_begin(
    kstat_t *kstat, const netid_t *id, struct instance **home, kid_t *kid)
{
	struct kstat_entry *entry;
	const char *refusal = NULL;

	*home = NULL;
	kstat_table_enter();
	entry = kstat_table_find(kstat);
	if (entry != NULL && (id == NULL || entry->home->id == *id)) {
		refusal = entry_hide(entry);
		if (refusal == NULL) {
			*home = entry->home;
			instance_hold(*home);
			*kid = entry->public.ks_kid;
		}
	}
	kstat_table_exit();
	return refusal;
}

/* id: NULL when it does not matter where it is. */
static void
delete_from(kstat_t *kstat, const netid_t *id, const void *caller)
{
	struct call call = {
	    .run = run_delete,
	    .claim.owner = owner_daemon(),
	    .arg = kstat,
	};
	struct instance *home;
	const char *refusal = delete_begin(kstat, id, &home, &call.kid);

	if (refusal != NULL)
		kstat_complain(caller,
		    "deleting kstat %.30s:%d:%.30s refused: "
		    "%s",
		    kstat->ks_module, kstat->ks_instance, kstat->ks_name,
		    refusal);
	if (home == NULL)
		return;
	(void)call_make(home, &call);
	instance_release(home);
}

NETINST_EXPORT void
net_kstat_delete(netid_t id, kstat_t *kstat)
{
	delete_from(kstat, &id, __builtin_return_address(0));
}

NETINST_EXPORT void
kstat_delete(kstat_t *kstat)
{
	delete_from(kstat, NULL, __builtin_return_address(0));
}

NETINST_EXPORT void
kstat_delete_netstack(kstat_t *kstat, netstackid_t id)
{
	delete_from(kstat, &id, __builtin_return_address(0));
}

NETINST_EXPORT void
kstat_delete_byname(const char *module, int instance, const char *name)
{
	kstat_t *kstat =
	    kstat_hold_byname(module, instance, name, GLOBAL_ZONEID);
	const netid_t global = GLOBAL_ZONEID;

	if (kstat == NULL)
		return;
	delete_from(kstat, &global, __builtin_return_address(0));
	kstat_rele(kstat);
}

/* --- installing ----------------------------------------------------------- */

static bool
has_string(const struct kstat_entry *entry)
{
	const kstat_named_t *named = entry->public.ks_data;
	uint_t count, i;

	if (!kstat_snapshot_count(entry, named, &count))
		return false;
	for (i = 0; i < count; i++)
		if (named[i].data_type == KSTAT_DATA_STRING)
			return true;
	return false;
}

static const char *
install_refusal(const struct kstat_entry *entry)
{
	const kstat_t *public = &entry->public;
	uchar_t flags = entry->flags;

	if ((flags & KSTAT_FLAG_VAR_SIZE) != 0 && public->ks_lock == NULL)
		return "what is of variable size needs a ks_lock";
	if (entry->type != KSTAT_TYPE_NAMED || !has_string(entry))
		return NULL;
	if ((flags & KSTAT_FLAG_VIRTUAL) == 0)
		return "a string statistic needs a virtual kstat";
	if ((flags & KSTAT_FLAG_WRITABLE) != 0 && public->ks_snapshot == NULL)
		return "strings cannot be written without a ks_snapshot";
	return NULL;
}

/* The instance's lock is held. */
static void
entry_open(struct kstat_entry *entry)
{
	entry->dormant = false;
	entry->public.ks_flags &=
	    (uchar_t) ~(KSTAT_FLAG_INVALID | KSTAT_FLAG_DORMANT);
	atomic_store(&entry->installed, true);
}

/* Its creator learns what the values were when it went to sleep. */
static bool
run_wake(struct instance *instance, struct call *call)
{
	struct kstat_entry *entry = entry_of_call(instance, call);
	struct kstat_use use;
	int error;

	if (entry == NULL || kstat_state(instance, entry) != KSTAT_WOKEN)
		return true;
	kstat_use_woken(&use, instance, entry);
	error = kstat_update(entry, KSTAT_WRITE);
	lock_enter(&instance->lock);
	entry_open(entry);
	lock_exit(&instance->lock);
	kstat_use_end(&use, error != 0);
	return true;
}

/* Opens it, or says why not; *dormant: it takes plugin code to do that. */
static const char *
entry_install(struct kstat_entry *entry, bool *dormant)
{
	const char *refusal;

	lock_enter(&entry->home->lock);
	*dormant = entry->dormant;
	refusal = install_refusal(entry);
	if (refusal == NULL && *dormant)
		refusal = wait_refusal(entry);
	if (refusal == NULL && !*dormant)
		entry_open(entry);
	lock_exit(&entry->home->lock);
	return refusal;
}

/*
 * Installs it; where that takes plugin code, *home is its instance. False:
 * there is no such kstat. The table's lock is held.
 */
static bool
install_begin(
    kstat_t *kstat, struct instance **home, kid_t *kid, const char **refusal)
{
	struct kstat_entry *entry = kstat_table_find(kstat);
	bool dormant;

	if (entry == NULL)
		return false;
	*refusal = entry_install(entry, &dormant);
	if (*refusal == NULL && dormant) {
		*home = entry->home;
		*kid = entry->public.ks_kid;
		instance_hold(*home);
	}
	return true;
}

NETINST_EXPORT void
kstat_install(kstat_t *kstat)
{
	struct call call = {
	    .run = run_wake,
	    .claim.owner = owner_daemon(),
	    .arg = kstat,
	};
	const void *caller = __builtin_return_address(0);
	struct instance *home = NULL;
	const char *refusal = NULL;
	bool found;

	kstat_table_enter();
	found = install_begin(kstat, &home, &call.kid, &refusal);
	kstat_table_exit();
	if (!found)
		owner_complain(owner_of_caller(caller),
		    "kstat_install refused: there is no such kstat");
	if (refusal != NULL)
		kstat_complain(caller, "kstat_install refused: %s", refusal);
	if (home == NULL)
		return;
	(void)call_make(home, &call);
	instance_release(home);
}
