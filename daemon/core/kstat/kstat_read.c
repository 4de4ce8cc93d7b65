/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_read.c: reads the kstats of an instance, its own and those that visit
 * it, by kid. Owns nothing but the batch it fills.
 *
 * A kstat that is plain numbers under the framework's own lock is read by any
 * thread at once, so the counters of an instance can be read even while one of
 * its callbacks hangs. One that needs plugin code or plugin memory (ks_update,
 * a lock of the plugin's, strings), or whose lock is taken just now, is read
 * on the instance's strand, where nothing can take it away meanwhile. For such
 * a visitor the job goes to the strand of the visitor's own instance and comes
 * back.
 */
#include "core/kstat/kstat_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/kstat/kstat_visit.h"
#include "core/kstat/kstat_use.h"
#include "core/kstat/kstat_snapshot.h"

struct reading {
	struct job job;
	struct instance *instance; /* a reference, once it is posted */
	kid_t after;
	size_t limit;
	kstat_match_fn match;
	void *match_arg;
	struct kstat_batch *batch;
	core_done_fn done;
	void *arg;
	/* Away, at a visitor's: */
	struct instance *away; /* a reference, or NULL */
	const kstat_t *visitor;
};

/*
 * The first whose kid is above after. Long lists are read page by page, so
 * where the last page ended is remembered; the next one begins there, or a few
 * kstats before it when not all of the page was wanted.
 */
static struct kstat_entry *
first_after(const struct instance *instance, kid_t after)
{
	struct kstat_entry *last = instance->kstat_read_last;

	while (last != NULL && last->public.ks_kid > after)
		last = last->by_name.prev;
	return last != NULL ? last->by_name.next : instance->kstats;
}

static bool
is_wanted(const struct reading *reading, const struct kstat_entry *entry)
{
	return atomic_load(&entry->installed) &&
	       reading->match(reading->match_arg, &entry->public);
}

static struct kstat_entry *
next_own(const struct instance *instance, const struct reading *reading)
{
	struct kstat_entry *entry = first_after(instance, reading->after);

	while (entry != NULL && (entry->public.ks_kid <= reading->after ||
				    !is_wanted(reading, entry)))
		entry = entry->by_name.next;
	return entry;
}

static struct kstat_entry *
next_visitor(const struct instance *instance, const struct reading *reading)
{
	struct kstat_entry *entry =
	    kstat_visitor_after(instance, reading->after);

	while (entry != NULL && !is_wanted(reading, entry))
		entry = kstat_visitor_after(instance, entry->public.ks_kid);
	return entry;
}

/* The next one to read; the instance's lock is held. */
static struct kstat_entry *
next_match(const struct instance *instance, const struct reading *reading)
{
	struct kstat_entry *own = next_own(instance, reading);
	struct kstat_entry *visitor = next_visitor(instance, reading);

	if (own == NULL || visitor == NULL)
		return own != NULL ? own : visitor;
	return own->public.ks_kid < visitor->public.ks_kid ? own : visitor;
}

/* Whether there is room for it; the next one comes behind it. */
static bool
take(struct instance *instance, struct reading *reading,
    struct kstat_entry *entry)
{
	reading->batch->more = reading->batch->count == reading->limit;
	if (reading->batch->more)
		return false;
	reading->after = entry->public.ks_kid;
	if (entry->home == instance)
		instance->kstat_read_last = entry;
	return true;
}

static struct kstat_snapshot *
batch_add(struct kstat_batch *batch)
{
	/* Doubles at each power of two. */
	if ((batch->count & (batch->count - 1)) == 0)
		batch->list = memory_resize(batch->list,
		    batch->count > 0 ? batch->count * 2 : 1,
		    sizeof(*batch->list));
	memset(&batch->list[batch->count], 0, sizeof(*batch->list));
	return &batch->list[batch->count++];
}

/* Reads it when no plugin is needed for that. */
static bool
read_plain(struct kstat_entry *entry, struct kstat_batch *batch)
{
	struct kstat_snapshot *snapshot;
	bool plain;

	if (!mutex_tryenter(&entry->own_lock))
		return false;
	/* One that is dormant cannot be woken from here on. */
	plain =
	    atomic_load(&entry->installed) && kstat_snapshot_is_plain(entry);
	if (plain) {
		snapshot = batch_add(batch);
		kstat_snapshot_take_plain(snapshot, entry);
	}
	mutex_exit(&entry->own_lock);
	return plain;
}

/* Reads as long as no plugin is needed; false when one is. */
static bool
read_directly(struct instance *instance, struct reading *reading)
{
	struct kstat_entry *entry;

	while ((entry = next_match(instance, reading)) != NULL &&
	       take(instance, reading, entry))
		if (!read_plain(entry, reading->batch))
			return false;
	return true;
}

/* With the plugin's help: on its strand, no lock of the framework held. */
static void
read_one(
    struct instance *home, struct kstat_entry *entry, struct kstat_batch *batch)
{
	struct kstat_snapshot *snapshot;
	struct kstat_use use;

	if (!kstat_use_begin(&use, home, entry))
		return;
	snapshot = batch_add(batch);
	snapshot->error = kstat_update(entry, KSTAT_READ);
	kstat_snapshot_head(snapshot, entry);
	if (snapshot->error == 0)
		(void)kstat_snapshot_take(snapshot, entry);
	kstat_use_end(&use, snapshot->error != 0);
}

/* On the strand of the visitor's instance. */
static void
read_away(struct reading *reading)
{
	struct instance *home = reading->away;
	struct kstat_entry *entry;

	kstat_table_enter();
	entry = kstat_table_find(reading->visitor);
	if (entry != NULL &&
	    (entry->home != home || entry->public.ks_kid != reading->after ||
		!atomic_load(&entry->installed)))
		entry = NULL;
	kstat_table_exit();
	if (entry != NULL)
		read_one(home, entry, reading->batch);
}

/* What is to be read next, and how. */
enum next {
	NEXT_NONE,
	NEXT_OWN,  /* *entry, with the plugin's help */
	NEXT_READ, /* it is read already */
	NEXT_AWAY  /* on the strand of reading->away */
};

static enum next
next_step(struct instance *instance, struct reading *reading,
    struct kstat_entry **entry)
{
	*entry = next_match(instance, reading);
	if (*entry == NULL || !take(instance, reading, *entry))
		return NEXT_NONE;
	if ((*entry)->home == instance)
		return NEXT_OWN;
	if (read_plain(*entry, reading->batch))
		return NEXT_READ;
	reading->away = (*entry)->home;
	instance_hold(reading->away);
	reading->visitor = &(*entry)->public;
	return NEXT_AWAY;
}

/* False: the rest is read on another strand. */
static bool
read_on(struct reading *reading)
{
	struct instance *instance = reading->instance;
	struct kstat_entry *entry;
	enum next next;

	do {
		lock_enter(&instance->lock);
		next = next_step(instance, reading, &entry);
		lock_exit(&instance->lock);
		if (next == NEXT_OWN)
			read_one(instance, entry, reading->batch);
	} while (next == NEXT_OWN || next == NEXT_READ);
	return next == NEXT_NONE;
}

/* The job goes on there; target: it may go as soon as it is posted. */
static void
reading_go_to(struct reading *reading, struct instance *target)
{
	instance_hold(target);
	strand_post(&target->strand, &reading->job);
	instance_release(target);
}

static enum job_result
reading_run(struct job *job, struct strand *strand)
{
	struct reading *reading = CONTAINER_OF(job, struct reading, job);
	struct instance *instance = reading->instance;

	if (instance_of(strand) == reading->away) {
		read_away(reading);
		instance_release(reading->away);
		reading->away = NULL;
		reading_go_to(reading, instance);
		return JOB_DONE;
	}
	if (!read_on(reading)) {
		reading_go_to(reading, reading->away);
		return JOB_DONE;
	}
	reading->done(reading->arg, 0);
	free(reading);
	instance_release(instance);
	return JOB_DONE;
}

static void
reading_post(const struct reading *reading)
{
	struct reading *posted = memory_alloc(sizeof(*posted));

	*posted = *reading;
	instance_hold(posted->instance);
	reading_go_to(posted, posted->instance);
}

int
kstat_read(struct instance *instance, kid_t after, size_t limit,
    kstat_match_fn match, void *match_arg, struct kstat_batch *batch,
    core_done_fn done, void *arg)
{
	struct reading reading = {
	    .job.run = reading_run,
	    .instance = instance,
	    .after = after,
	    .limit = limit,
	    .match = match,
	    .match_arg = match_arg,
	    .batch = batch,
	    .done = done,
	    .arg = arg,
	};
	bool over;

	ASSERT(limit > 0);
	memset(batch, 0, sizeof(*batch));
	lock_enter(&instance->lock);
	over = read_directly(instance, &reading);
	lock_exit(&instance->lock);
	if (over)
		return 0;
	kstat_batch_free(batch);
	reading.after = after;
	reading_post(&reading);
	return -EINPROGRESS;
}

void
kstat_batch_free(struct kstat_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		kstat_snapshot_free(&batch->list[i]);
	free(batch->list);
	memset(batch, 0, sizeof(*batch));
}
