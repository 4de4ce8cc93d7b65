/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_write.c: writes to a kstat, on the strand of its instance. Owns the
 * order while it is under way.
 *
 * The values are made first, all of them; then they are swapped into their
 * places, ks_snapshot and ks_update are asked, and when one of these refuses
 * they are swapped back. Where there is a ks_snapshot the places are in a
 * buffer that it fills and takes; else they are the kstat's own data.
 */
#include "core/kstat/kstat_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "core/kstat/kstat_visit.h"
#include "core/kstat/kstat_use.h"
#include "core/kstat/kstat_snapshot.h"
#include "core/kstat/kstat_value.h"

struct writing {
	struct job job;
	struct instance *home; /* a reference */
	struct kstat_key key;
	struct kstat_order *order;
	core_done_fn done;
	void *arg;
	/* Once the kstat is found: */
	struct kstat_entry *entry;
	void *data;   /* what is written to */
	void *buffer; /* it, when it is ks_snapshot's */
	uint_t count;
	struct kstat_edit *edits; /* one for each value */
	size_t made;
};

static bool
find_item(
    const struct writing *writing, const char *name, struct kstat_item *item)
{
	uchar_t type = writing->entry->type;
	uint_t count = kstat_item_count(type, writing->count), i;

	for (i = 0; i < count; i++) {
		kstat_item_get(item, type, writing->data, writing->count, i);
		if (strcmp(item->name, name) == 0)
			return true;
	}
	return false;
}

static enum kstat_outcome
make_edit(struct writing *writing, const struct kstat_value *value)
{
	struct kstat_edit *edit = &writing->edits[writing->made];

	if (!find_item(writing, value->statistic, &edit->item))
		return KSTAT_NO_STATISTIC;
	writing->made++;
	return kstat_edit_make(edit, value) ? KSTAT_WRITTEN : KSTAT_BAD_VALUE;
}

/* Nothing is written when one of them cannot be. */
static enum kstat_outcome
make_edits(struct writing *writing)
{
	struct kstat_order *order = writing->order;
	enum kstat_outcome outcome = KSTAT_WRITTEN;
	size_t i;

	for (i = 0; i < order->count && outcome == KSTAT_WRITTEN; i++) {
		outcome = make_edit(writing, &order->values[i]);
		order->at_fault = i;
	}
	return outcome;
}

static void
swap_all(struct writing *writing)
{
	size_t i;

	for (i = 0; i < writing->made; i++)
		kstat_edit_swap(&writing->edits[i]);
}

/* Tells the plugin; 0 or an errno. */
static int
hand_over(struct writing *writing)
{
	kstat_t *public = &writing->entry->public;
	int error = 0;

	if (public->ks_snapshot != NULL)
		error =
		    kstat_copy_by_plugin(public, writing->data, KSTAT_WRITE);
	return error == 0 ? kstat_update(writing->entry, KSTAT_WRITE) : error;
}

/* An update may have moved the data of a kstat of variable size. */
static bool
is_still_there(const struct writing *writing)
{
	const kstat_t *public = &writing->entry->public;

	return public->ks_snapshot != NULL || public->ks_data == writing->data;
}

static int
swap_and_tell(struct writing *writing)
{
	kstat_t *public = &writing->entry->public;
	int error;

	swap_all(writing);
	error = hand_over(writing);
	if (error == 0 || !is_still_there(writing))
		return error;
	swap_all(writing);
	if (public->ks_snapshot != NULL)
		(void)kstat_copy_by_plugin(public, writing->data, KSTAT_WRITE);
	return error;
}

/* Where the statistics are, as they are now; 0 or an errno. */
static int
find_data(struct writing *writing)
{
	struct kstat_entry *entry = writing->entry;
	int error = kstat_update(entry, KSTAT_READ);

	if (error != 0)
		return error;
	writing->data = entry->public.ks_data;
	if (entry->public.ks_snapshot != NULL)
		writing->data = writing->buffer =
		    kstat_snapshot_ask(entry, &error);
	if (error == 0 &&
	    !kstat_snapshot_count(entry, writing->data, &writing->count))
		error = EINVAL;
	return error;
}

static enum kstat_outcome
write_data(struct writing *writing)
{
	struct kstat_order *order = writing->order;
	enum kstat_outcome outcome;

	order->error = find_data(writing);
	if (order->error != 0)
		return KSTAT_REFUSED;
	outcome = make_edits(writing);
	if (outcome != KSTAT_WRITTEN)
		return outcome;
	order->error = swap_and_tell(writing);
	return order->error == 0 ? KSTAT_WRITTEN : KSTAT_REFUSED;
}

static void
writing_clear(struct writing *writing)
{
	size_t i;

	for (i = 0; i < writing->made; i++)
		kstat_edit_free(&writing->edits[i]);
	free(writing->edits);
	free(writing->buffer);
}

static enum kstat_outcome
write_entry(struct writing *writing)
{
	struct kstat_order *order = writing->order;
	struct kstat_use use;
	enum kstat_outcome outcome;

	if (!kstat_use_begin(&use, writing->home, writing->entry))
		return KSTAT_NOT_FOUND;
	writing->edits = memory_zalloc(order->count * sizeof(*writing->edits));
	outcome = write_data(writing);
	if (outcome == KSTAT_WRITTEN) {
		kstat_snapshot_head(&order->written, writing->entry);
		(void)kstat_snapshot_take(&order->written, writing->entry);
	}
	writing_clear(writing);
	kstat_use_end(&use, outcome == KSTAT_REFUSED);
	return outcome;
}

static enum kstat_outcome
find_entry(struct writing *writing)
{
	struct instance *home = writing->home;
	enum kstat_outcome outcome = KSTAT_WRITTEN;
	struct kstat_entry *entry;

	lock_enter(&home->lock);
	entry = kstat_find(home, &writing->key);
	if (entry == NULL || !atomic_load(&entry->installed))
		outcome = KSTAT_NOT_FOUND;
	else if ((entry->flags & KSTAT_FLAG_WRITABLE) == 0)
		outcome = KSTAT_READ_ONLY;
	lock_exit(&home->lock);
	writing->entry = entry;
	return outcome;
}

static enum job_result
writing_run(struct job *job, struct strand *strand)
{
	struct writing *writing = CONTAINER_OF(job, struct writing, job);
	struct kstat_order *order = writing->order;

	(void)strand;
	order->outcome = find_entry(writing);
	if (order->outcome == KSTAT_WRITTEN)
		order->outcome = write_entry(writing);
	writing->done(writing->arg, 0);
	instance_release(writing->home);
	free(writing);
	return JOB_DONE;
}

/* Where the kstat lives that is visible in the instance; a reference. */
static struct instance *
find_home(struct instance *instance, const struct kstat_key *key)
{
	struct instance *home = instance;
	struct kstat_entry *visitor;

	lock_enter(&instance->lock);
	visitor = kstat_visitor_find(instance, key);
	if (visitor != NULL)
		home = visitor->home;
	instance_hold(home);
	lock_exit(&instance->lock);
	return home;
}

void
kstat_write(struct instance *instance, struct kstat_order *order,
    core_done_fn done, void *arg)
{
	struct writing *writing = memory_zalloc(sizeof(*writing));
	struct instance *home;

	ASSERT(order->count > 0);
	memset(&order->written, 0, sizeof(order->written));
	kstat_make_key(
	    &writing->key, order->module, order->number, order->name);
	home = writing->home = find_home(instance, &writing->key);
	writing->job.run = writing_run;
	writing->order = order;
	writing->done = done;
	writing->arg = arg;
	instance_hold(home);
	strand_post(&home->strand, &writing->job);
	instance_release(home);
}
