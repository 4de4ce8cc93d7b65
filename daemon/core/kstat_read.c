/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_read.c: takes snapshots of kstats. Owns nothing but the batch it
 * fills.
 *
 * A kstat that is plain numbers under the framework's own lock is read by any
 * thread at once, so the counters of an instance can be read even while one of
 * its callbacks hangs. One that needs plugin code or plugin memory (ks_update,
 * a lock of the plugin's, strings), or whose lock is taken just now, is read
 * on the instance's strand, where nothing can take it away meanwhile.
 */
#include "core/kstat_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "core/frame.h"
#include "core/kstat_impl.h"

/* Bytes of one string statistic; the rest is not shown. */
#define KSTAT_STRING_MAX 65536

struct reading {
	struct job job;
	kid_t after;
	size_t limit;
	kstat_match_fn match;
	void *match_arg;
	struct kstat_batch *batch;
	core_done_fn done;
	void *arg;
};

/*
 * The first that is not known to have been read. Long lists are read page by
 * page, so where the last page ended is remembered.
 */
static struct kstat_entry *
first_after(const struct instance *instance, kid_t after)
{
	struct kstat_entry *last = instance->kstat_read_last;

	if (last != NULL && last->public.ks_kid <= after)
		return last->by_name.next;
	return instance->kstats;
}

/* The next one to read; the instance's lock is held. */
static struct kstat_entry *
next_match(
    struct instance *instance, kid_t after, const struct reading *reading)
{
	struct kstat_entry *entry = first_after(instance, after);

	while (entry != NULL &&
	       (entry->public.ks_kid <= after || !entry->installed ||
		   !reading->match(reading->match_arg, &entry->public)))
		entry = entry->by_name.next;
	return entry;
}

/* Numbers in the framework's own memory; its lock is held. */
static bool
is_plain(const struct kstat_entry *entry)
{
	const kstat_t *public = &entry->public;
	const kstat_named_t *named = public->ks_data;
	uint_t i;

	if (public->ks_update != NULL || named == NULL ||
	    named != entry->data || public->ks_lock != &entry->own_lock)
		return false;
	for (i = 0; i < public->ks_ndata; i++)
		if (named[i].data_type == KSTAT_DATA_STRING)
			return false;
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

/* Whole values, also while other threads count without a lock. */
static void
value_copy(kstat_named_t *to, const kstat_named_t *from)
{
	to->data_type = from->data_type;
	switch (from->data_type) {
	case KSTAT_DATA_INT32:
	case KSTAT_DATA_UINT32:
	case KSTAT_DATA_FLOAT:
		to->value.ui32 =
		    __atomic_load_n(&from->value.ui32, __ATOMIC_RELAXED);
		break;
	case KSTAT_DATA_INT64:
	case KSTAT_DATA_UINT64:
	case KSTAT_DATA_DOUBLE:
	case KSTAT_DATA_LONG:
	case KSTAT_DATA_ULONG:
		to->value.ui64 =
		    __atomic_load_n(&from->value.ui64, __ATOMIC_RELAXED);
		break;
	default:
		to->value = from->value;
		break;
	}
	if (to->data_type == KSTAT_DATA_LONG)
		to->data_type = KSTAT_DATA_INT64;
	if (to->data_type == KSTAT_DATA_ULONG)
		to->data_type = KSTAT_DATA_UINT64;
}

static uint32_t
string_length(const kstat_named_t *named)
{
	if (named->data_type != KSTAT_DATA_STRING ||
	    KSTAT_NAMED_STR_PTR(named) == NULL)
		return 0;
	return KSTAT_NAMED_STR_BUFLEN(named) < KSTAT_STRING_MAX
		   ? KSTAT_NAMED_STR_BUFLEN(named)
		   : KSTAT_STRING_MAX;
}

/* One piece of memory: the statistics, then their strings. */
static void
snapshot_data(struct kstat_snapshot *snapshot, const kstat_t *public)
{
	const kstat_named_t *from = public->ks_data;
	size_t strings = 0, left;
	uint32_t length;
	char *text;
	uint_t i;

	if (from == NULL)
		return;
	for (i = 0; i < public->ks_ndata; i++)
		strings += string_length(&from[i]) + 1;
	snapshot->count = public->ks_ndata;
	snapshot->named =
	    memory_alloc(public->ks_ndata * sizeof(*snapshot->named) + strings);
	text = (char *)&snapshot->named[public->ks_ndata];
	left = strings;
	for (i = 0; i < public->ks_ndata; i++) {
		memcpy(snapshot->named[i].name, from[i].name, KSTAT_STRLEN);
		value_copy(&snapshot->named[i], &from[i]);
		if (from[i].data_type != KSTAT_DATA_STRING)
			continue;
		/* A plugin that does not hold ks_lock may have made it longer.
		 */
		length = string_length(&from[i]);
		if (length >= left)
			length = (uint32_t)left - 1;
		left -= length + 1;
		if (length > 0)
			memcpy(text, KSTAT_NAMED_STR_PTR(&from[i]), length);
		text[length] = '\0';
		KSTAT_NAMED_STR_PTR(&snapshot->named[i]) = text;
		text += length + 1;
	}
}

static void
snapshot_head(struct kstat_snapshot *snapshot, kstat_t *public)
{
	memcpy(snapshot->module, public->ks_module, KSTAT_STRLEN);
	memcpy(snapshot->name, public->ks_name, KSTAT_STRLEN);
	memcpy(snapshot->class, public->ks_class, KSTAT_STRLEN);
	snapshot->instance = public->ks_instance;
	snapshot->kid = public->ks_kid;
	snapshot->crtime = public->ks_crtime;
	snapshot->snaptime = clock_monotonic();
}

/* Reads it when no plugin is needed for that. */
static bool
read_plain(struct kstat_entry *entry, struct kstat_batch *batch)
{
	struct kstat_snapshot *snapshot;
	bool plain;

	if (!mutex_tryenter(&entry->own_lock))
		return false;
	plain = is_plain(entry);
	if (plain) {
		snapshot = batch_add(batch);
		snapshot_head(snapshot, &entry->public);
		snapshot_data(snapshot, &entry->public);
	}
	mutex_exit(&entry->own_lock);
	return plain;
}

/* Reads as long as no plugin is needed; false when one is. */
static bool
read_directly(struct instance *instance, const struct reading *reading)
{
	struct kstat_batch *batch = reading->batch;
	kid_t after = reading->after;
	struct kstat_entry *entry;

	while ((entry = next_match(instance, after, reading)) != NULL) {
		batch->more = batch->count == reading->limit;
		if (batch->more)
			break;
		after = entry->public.ks_kid;
		if (!read_plain(entry, batch))
			return false;
		instance->kstat_read_last = entry;
	}
	return true;
}

/* With the plugin's help: on the strand, no lock of the framework held. */
static void
read_one(struct instance *instance, struct kstat_entry *entry,
    struct kstat_batch *batch)
{
	struct kstat_snapshot *snapshot = batch_add(batch);
	kstat_t *public = &entry->public;
	kmutex_t *lock = public->ks_lock;
	struct frame frame;
	int error = 0;

	frame_enter(
	    &frame, instance, entry->registrant, entry->owner, CALLBACK_KSTAT);
	if (lock != NULL)
		mutex_enter(lock);
	if (public->ks_update != NULL)
		error = public->ks_update(public, KSTAT_READ);
	snapshot_head(snapshot, public);
	snapshot->error = error;
	if (error == 0)
		snapshot_data(snapshot, public);
	if (lock != NULL)
		mutex_exit(lock);
	frame_leave(&frame, error != 0);
}

static struct kstat_entry *
take_next(struct instance *instance, kid_t after, const struct reading *reading)
{
	struct kstat_entry *entry;

	lock_enter(&instance->lock);
	entry = next_match(instance, after, reading);
	if (entry != NULL && reading->batch->count < reading->limit)
		instance->kstat_read_last = entry;
	lock_exit(&instance->lock);
	return entry;
}

static enum job_result
reading_run(struct job *job, struct strand *strand)
{
	struct reading *reading = CONTAINER_OF(job, struct reading, job);
	struct instance *instance = instance_of(strand);
	struct kstat_batch *batch = reading->batch;
	kid_t after = reading->after;
	struct kstat_entry *entry;

	while ((entry = take_next(instance, after, reading)) != NULL) {
		batch->more = batch->count == reading->limit;
		if (batch->more)
			break;
		after = entry->public.ks_kid;
		entry->reading = true;
		read_one(instance, entry, batch);
		kstat_read_ended(entry);
	}
	reading->done(reading->arg, 0);
	free(reading);
	return JOB_DONE;
}

int
kstat_read(struct instance *instance, kid_t after, size_t limit,
    kstat_match_fn match, void *match_arg, struct kstat_batch *batch,
    core_done_fn done, void *arg)
{
	struct reading reading = {
	    .job.run = reading_run,
	    .after = after,
	    .limit = limit,
	    .match = match,
	    .match_arg = match_arg,
	    .batch = batch,
	    .done = done,
	    .arg = arg,
	};
	struct reading *queued;
	bool over;

	ASSERT(limit > 0);
	memset(batch, 0, sizeof(*batch));
	lock_enter(&instance->lock);
	over = read_directly(instance, &reading);
	lock_exit(&instance->lock);
	if (over)
		return 0;
	kstat_batch_free(batch);
	queued = memory_alloc(sizeof(*queued));
	*queued = reading;
	strand_post(&instance->strand, &queued->job);
	return -EINPROGRESS;
}

void
kstat_batch_free(struct kstat_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		free(batch->list[i].named);
	free(batch->list);
	memset(batch, 0, sizeof(*batch));
}
