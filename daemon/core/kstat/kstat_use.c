/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_use.c: runs the plugin code of a kstat, in a callback and under its
 * ks_lock. On its instance's strand; owns nothing.
 */
#include "core/kstat/kstat_use.h"

#include <errno.h>

#include "core/object/owner_impl.h"

enum kstat_state
kstat_state(struct instance *instance, const struct kstat_entry *entry)
{
	bool dormant, installed;

	lock_enter(&instance->lock);
	dormant = entry->dormant;
	installed = atomic_load(&entry->installed);
	lock_exit(&instance->lock);
	if (dormant)
		return installed ? KSTAT_ASLEEP : KSTAT_WOKEN;
	return installed ? KSTAT_OPEN : KSTAT_NEW;
}

/* From here on the entry stays, and the frame is its maker's. */
static void
use_enter(
    struct kstat_use *use, struct instance *instance, struct kstat_entry *entry)
{
	struct registrant *registrant;

	use->entry = entry;
	use->lock = NULL;
	/* Another thread may be waking a dormant one. */
	lock_enter(&instance->lock);
	registrant = entry->claim.registrant;
	use->owner = entry->claim.owner;
	owner_hold(use->owner);
	lock_exit(&instance->lock);
	entry->used++;
	frame_enter(
	    &use->frame, instance, registrant, use->owner, CALLBACK_KSTAT);
}

static void
use_lock(struct kstat_use *use, kmutex_t *lock)
{
	use->lock = lock;
	if (lock != NULL)
		mutex_enter(lock);
}

/*
 * One that is asleep may be woken at any time, by its new creator on another
 * thread, who then sets it up. That is done under its own lock, so it is looked
 * at again once that is held, and nothing else of it before.
 */
bool
kstat_use_begin(
    struct kstat_use *use, struct instance *instance, struct kstat_entry *entry)
{
	enum kstat_state state = kstat_state(instance, entry);

	if (state == KSTAT_WOKEN)
		return false;
	use_enter(use, instance, entry);
	use_lock(use,
	    state == KSTAT_ASLEEP ? &entry->own_lock : entry->public.ks_lock);
	if (state != KSTAT_ASLEEP ||
	    kstat_state(instance, entry) == KSTAT_ASLEEP)
		return true;
	kstat_use_end(use, false);
	return false;
}

void
kstat_use_woken(
    struct kstat_use *use, struct instance *instance, struct kstat_entry *entry)
{
	use_enter(use, instance, entry);
	use_lock(use, entry->public.ks_lock);
}

void
kstat_use_end(struct kstat_use *use, bool failed)
{
	struct kstat_entry *entry = use->entry;

	if (use->lock != NULL)
		mutex_exit(use->lock);
	frame_leave(&use->frame, failed);
	owner_release(use->owner);
	if (--entry->used == 0 && entry->condemned)
		kstat_let_go(entry);
}

struct kstat_call {
	kstat_t *public;
	void *buffer;
	int rw;
	int result; /* of one that does not return */
};

static void
call_update(void *arg)
{
	struct kstat_call *call = arg;

	call->result = call->public->ks_update(call->public, call->rw);
}

static void
call_snapshot(void *arg)
{
	struct kstat_call *call = arg;

	call->result =
	    call->public->ks_snapshot(call->public, call->buffer, call->rw);
}

int
kstat_update(struct kstat_entry *entry, int rw)
{
	kstat_t *public = &entry->public;
	struct kstat_call call = {public, NULL, rw, EIO};

	if (public->ks_update == NULL)
		return 0;
	/* The framework's own is no plugin code, and needs no frame. */
	if (entry->framework)
		return public->ks_update(public, rw);
	(void)frame_call(call_update, &call);
	return call.result;
}

int
kstat_copy_by_plugin(kstat_t *public, void *buffer, int rw)
{
	struct kstat_call call = {public, buffer, rw, EIO};

	(void)frame_call(call_snapshot, &call);
	return call.result;
}
