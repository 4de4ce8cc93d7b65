/* SPDX-License-Identifier: Apache-2.0 */
/*
 * final_snapshot.c: gives one listener the last values of kstats whose instance
 * goes down. Owns nothing but the copies in between. On the strand of the
 * instance, where the kstats stay meanwhile.
 */
#include "core/kstat/final_snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "core/kstat/final_snapshot_impl.h"
#include "core/kstat/kstat_use.h"
#include "core/kstat/kstat_snapshot.h"
#include "core/object/owner_impl.h"

#define GIVEN_MODULE "history"
#define GIVEN_NAME   "before"

static const struct final_listener *listener; /* NULL: nobody */

void
core_set_final_listener(const struct final_listener *wanted)
{
	listener = wanted;
}

/* It was installed, and is of the listener's class. The lock is held. */
static bool
is_reported(const struct kstat_entry *entry)
{
	return (entry->public.ks_flags & KSTAT_FLAG_INVALID) == 0 &&
	       strncmp(entry->public.ks_class, listener->class, KSTAT_STRLEN) ==
		   0;
}

/* It goes between the beginning of the shutdown and its end. */
static bool
is_last_moment_of(struct instance *instance, const struct kstat_entry *entry)
{
	bool wanted;

	if (listener == NULL || (instance->stage != STAGE_ANNOUNCING &&
				    instance->stage != STAGE_SHUTTING))
		return false;
	lock_enter(&instance->lock);
	wanted = is_reported(entry);
	lock_exit(&instance->lock);
	return wanted;
}

static void
report(struct instance *instance, struct kstat_snapshot *last)
{
	listener->kstat_gone(listener->arg, instance, last);
	kstat_snapshot_free(last);
}

/* Its plugin is still there, and gives the last values where it has them. */
static void
report_updated(struct instance *instance, struct kstat_entry *entry)
{
	struct kstat_snapshot last = {.error = 0};
	struct kstat_use use;

	if (!kstat_use_begin(&use, instance, entry))
		return;
	last.error = kstat_update(entry, KSTAT_READ);
	kstat_snapshot_head(&last, entry);
	if (last.error == 0)
		(void)kstat_snapshot_take(&last, entry);
	kstat_use_end(&use, last.error != 0);
	report(instance, &last);
}

/* As it stands; without any code or memory of the plugin's. */
static void
report_plain(struct instance *instance, struct kstat_entry *entry)
{
	struct kstat_snapshot last = {.error = 0};
	bool plain;

	mutex_enter(&entry->own_lock);
	/* One that was dormant may have been woken meanwhile. */
	plain = is_last_moment_of(instance, entry) &&
		kstat_snapshot_is_plain(entry);
	if (plain)
		kstat_snapshot_take_plain(&last, entry);
	mutex_exit(&entry->own_lock);
	if (plain)
		report(instance, &last);
}

bool
final_snapshot_of_deleted(struct instance *instance, struct kstat_entry *entry)
{
	/* Inside its own ks_update its lock is held, and that is not over. */
	if (entry->used > 0 || (entry->flags & KSTAT_FLAG_PERSISTENT) != 0 ||
	    !is_last_moment_of(instance, entry))
		return false;
	report_updated(instance, entry);
	return true;
}

void
final_snapshot_of_left(struct instance *instance, struct kstat_entry *entry)
{
	if (is_last_moment_of(instance, entry))
		report_plain(instance, entry);
}

/* The first whose kid is above after; the plugins' calls change the list. */
static struct kstat_entry *
next_left(struct instance *instance, kid_t after)
{
	struct kstat_entry *entry;

	lock_enter(&instance->lock);
	entry = instance->kstats;
	while (entry != NULL &&
	       (entry->public.ks_kid <= after ||
		   !atomic_load(&entry->installed) || !is_reported(entry)))
		entry = entry->by_name.next;
	lock_exit(&instance->lock);
	return entry;
}

/* What it was given, or NULL. */
static struct kstat_entry *
given(struct instance *instance)
{
	struct kstat_entry *entry;
	struct kstat_key key;

	kstat_make_key(&key, GIVEN_MODULE, 0, GIVEN_NAME);
	lock_enter(&instance->lock);
	entry = kstat_find(instance, &key);
	if (entry != NULL && !entry->framework)
		entry = NULL;
	lock_exit(&instance->lock);
	return entry;
}

static void
give(struct instance *instance, const void *bytes, size_t size)
{
	const char *const names[3] = {GIVEN_MODULE, GIVEN_NAME, "misc"};
	struct kstat_entry *entry =
	    kstat_new(names, 0, KSTAT_TYPE_RAW, size, 0, owner_framework());

	(void)memcpy(entry->public.ks_data, bytes, size);
	(void)kstat_show(instance, entry);
}

void
final_snapshot_begin(struct instance *instance)
{
	size_t size = 0;
	void *bytes;

	if (listener == NULL || listener->instance_begins == NULL ||
	    given(instance) != NULL)
		return;
	bytes = listener->instance_begins(listener->arg, instance, &size);
	if (bytes != NULL && size > 0)
		give(instance, bytes, size);
	free(bytes);
}

void
final_snapshot_down(struct instance *instance)
{
	struct kstat_entry *entry = given(instance);
	kid_t kid = 0;

	if (entry != NULL)
		kstat_remove(instance, entry);

	if (listener == NULL)
		return;
	while ((entry = next_left(instance, kid)) != NULL) {
		kid = entry->public.ks_kid;
		report_updated(instance, entry);
	}
	listener->instance_down(listener->arg, instance);
}
