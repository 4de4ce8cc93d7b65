/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair_list.c: owns the list of pairs of each instance. Changed on the
 * instance's strand only; what others may read is changed under the instance's
 * lock.
 *
 * Pairs stand in registration order and keep their index while anything walks
 * them: new ones go to the end, and one that is gone stays as a gap until no
 * callback is under way. So walks keep an index, never a pointer.
 */
#include "core/callback/pair_list.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/object/owner_impl.h"

static const char *const state_names[] = {
    [PAIR_CREATING] = "creating",
    [PAIR_ACTIVE] = "active",
    [PAIR_FAILED] = "failed",
    [PAIR_SHUTTING_DOWN] = "shutting-down",
    [PAIR_DOWN] = "down",
    [PAIR_DESTROYING] = "destroying",
};

const char *
pair_state_name(enum pair_state state)
{
	ASSERT((size_t)state < ARRAY_LENGTH(state_names));
	return state_names[state];
}

/* Few pairs are the rule: grows by little. */
static void
pair_make_room(struct instance *instance)
{
	uint32_t room = instance->pair_room + instance->pair_room / 4 + 1;

	lock_enter(&instance->lock);
	instance->pairs =
	    memory_resize(instance->pairs, room, sizeof(*instance->pairs));
	instance->pair_room = room;
	lock_exit(&instance->lock);
}

uint32_t
pair_append(struct instance *instance, struct registrant *registrant)
{
	uint32_t index = instance->pair_count;

	if (index == instance->pair_room)
		pair_make_room(instance);
	instance->pairs[index] = (struct pair){
	    .registrant = registrant,
	    .sequence = registrant->sequence,
	    .state = PAIR_CREATING,
	};
	atomic_store_explicit(
	    &instance->pair_count, index + 1, memory_order_release);
	return index;
}

/*
 * A registrant has the same index in most instances, so that is tried first;
 * the array is sorted by sequence for when it is not.
 */
struct pair *
pair_find(const struct instance *instance, const struct registrant *registrant)
{
	uint32_t low = 0, high = instance->pair_count, middle;
	struct pair *pairs = instance->pairs;

	middle = atomic_load_explicit(
	    &registrant->usual_index, memory_order_relaxed);
	while (low < high) {
		if (middle >= high || middle < low)
			middle = low + (high - low) / 2;
		if (pairs[middle].sequence == registrant->sequence)
			return pairs[middle].registrant != NULL ? &pairs[middle]
								: NULL;
		if (pairs[middle].sequence < registrant->sequence)
			low = middle + 1;
		else
			high = middle;
		middle = low + (high - low) / 2;
	}
	return NULL;
}

bool
pair_own(struct instance *instance, const struct claim *claim)
{
	struct pair *pair = NULL;

	if (claim->registrant != NULL)
		pair = pair_find(instance, claim->registrant);
	if (pair != NULL)
		pair->belongings++;
	return pair != NULL;
}

void
pair_disown(struct instance *instance, const struct claim *claim, bool *counted)
{
	struct pair *pair;

	if (!*counted)
		return;
	*counted = false;
	pair = pair_find(instance, claim->registrant);
	ASSERT(pair != NULL && pair->belongings > 0);
	pair->belongings--;
}

void
pair_close_gaps(struct instance *instance)
{
	uint32_t from, to = 0;

	if (!instance->gaps || frame_is_inside(instance) ||
	    instance->awaiting != NULL || instance->cursor > 0)
		return;
	lock_enter(&instance->lock);
	for (from = 0; from < instance->pair_count; from++)
		if (instance->pairs[from].registrant != NULL)
			instance->pairs[to++] = instance->pairs[from];
	instance->pair_count = to;
	instance->gaps = false;
	lock_exit(&instance->lock);
}

void
pair_free_all(struct instance *instance)
{
	uint32_t i;

	for (i = 0; i < instance->pair_count; i++)
		ASSERT(instance->pairs[i].registrant == NULL);
	lock_enter(&instance->lock);
	free(instance->pairs);
	instance->pairs = NULL;
	instance->pair_count = instance->pair_room = 0;
	lock_exit(&instance->lock);
}

void
instance_visit_pairs(struct instance *instance, pair_visit_fn visit, void *arg)
{
	const struct pair *pair;
	uint32_t i;

	lock_enter(&instance->lock);
	for (i = 0; i < instance->pair_count; i++) {
		pair = &instance->pairs[i];
		if (pair->registrant != NULL)
			visit(arg, owner_name(pair->registrant->owner),
			    pair->registrant->callbacks.nin_name,
			    pair_state(pair));
	}
	lock_exit(&instance->lock);
}
