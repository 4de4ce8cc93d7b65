/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pair.c: the life of the pairs of each instance (pair_list.h): create,
 * shutdown, destroy, in the order of registration or against it. Runs on the
 * instance's strand only; owns nothing.
 */
#include "core/life/pair.h"

#include "base/log.h"
#include "core/callback/pair_list.h"
#include "core/callback/step.h"
#include "core/kstat/kstat_impl.h"
#include "core/life/leftovers.h"
#include "core/hook/notify.h"
#include "core/object/owner_impl.h"
#include "core/object/registry.h"
#include "core/callback/timeout.h"

static void
create_ended(struct step *step)
{
	struct instance *instance = step->instance;
	struct registrant *registrant = step->registrant;

	instance->pairs[step->pair].context = step->context;
	pair_set_state(instance, step->pair,
	    step->context != NULL ? PAIR_ACTIVE : PAIR_FAILED);
	if (step->context == NULL) {
		(void)atomic_fetch_add(&registrant->failed, 1);
		log_warning("core",
		    "%s: create failed on instance %d (%s): no further "
		    "callback there",
		    registrant->callbacks.nin_name, (int)instance->id,
		    instance_name(instance));
		timeout_cancel(instance, registrant, NULL);
		reclaim_leftovers(instance, registrant, registrant->owner);
		return;
	}
	(void)atomic_fetch_add_explicit(
	    &registrant->active, 1, memory_order_relaxed);
	if (registrant->notify != NULL)
		(void)notify_add(instance, &instance->level,
		    &(struct claim){registrant, registrant->owner},
		    registrant->notify, step->context);
}

static void
shutdown_ended(struct step *step)
{
	struct instance *instance = step->instance;
	unsigned kstats = 0;

	pair_set_state(instance, step->pair, PAIR_DOWN);
	if (instance->pairs[step->pair].belongings > 0)
		kstats = kstat_count_of(instance, step->registrant);
	if (kstats > 0)
		log_warning("core",
		    "%s: %u kstats left on instance %d after shutdown: delete "
		    "them there, not in destroy",
		    step->registrant->callbacks.nin_name, kstats,
		    (int)instance->id);
}

/* Takes the pair away, leaving a gap. */
static void
pair_forget(struct instance *instance, uint32_t index)
{
	struct pair *pair = &instance->pairs[index];
	struct registrant *registrant = pair->registrant;

	if (pair->belongings > 0)
		reclaim_leftovers(instance, registrant, registrant->owner);
	(void)atomic_fetch_sub_explicit(pair_state(pair) == PAIR_FAILED
					    ? &registrant->failed
					    : &registrant->active,
	    1, memory_order_relaxed);
	lock_enter(&instance->lock);
	instance->pairs[index].registrant = NULL;
	lock_exit(&instance->lock);
	instance->gaps = true;
	registrant_release(registrant);
}

/* What the end of a step means for its pair. */
static void
pair_ended(struct step *step)
{
	atomic_store_explicit(
	    &step->registrant->usual_index, step->pair, memory_order_relaxed);
	switch (step->callback) {
	case CALLBACK_CREATE:
		create_ended(step);
		break;
	case CALLBACK_SHUTDOWN:
		shutdown_ended(step);
		break;
	case CALLBACK_DESTROY:
		pair_forget(step->instance, step->pair);
		break;
	case CALLBACK_NOTIFY:
	case CALLBACK_KSTAT:
	case CALLBACK_TIMEOUT:
	case CALLBACK_HOOK:
		check_failed("no step of a pair", __FILE__, __LINE__, __func__);
	}
}

/* Makes one callback; bool as in pair.h. The pair may have moved after it. */
static bool
pair_step(struct instance *instance, uint32_t index, enum callback callback)
{
	struct registrant *registrant = instance->pairs[index].registrant;
	struct step step = {
	    .instance = instance,
	    .registrant = registrant,
	    .owner = registrant->owner,
	    .callback = callback,
	    .context = instance->pairs[index].context,
	    .ended = pair_ended,
	    .pair = index,
	};

	return step_run(&step);
}

/* Steals the reference. */
static bool
pair_create(struct instance *instance, struct registrant *registrant)
{
	uint32_t index;

	instance->considered = registrant->sequence;
	if (instance->stage > STAGE_ACTIVE ||
	    atomic_load(&registrant->leaving)) {
		registrant_release(registrant);
		return true;
	}
	index = pair_append(instance, registrant);
	return pair_step(instance, index, CALLBACK_CREATE) &&
	       notify_deliver(instance);
}

bool
pair_catch_up(struct instance *instance, struct registrant *last)
{
	struct registrant *next;

	pair_close_gaps(instance);
	if (!notify_deliver(instance))
		return false;
	while (instance->considered < last->sequence) {
		if (instance->considered >= last->previous) {
			next = last;
			registrant_hold(next);
		} else {
			next = registry_after(instance->considered);
		}
		if (next == NULL)
			return true;
		if (!pair_create(instance, next))
			return false;
	}
	return true;
}

bool
pair_catch_up_all(struct instance *instance)
{
	struct registrant *next;

	while (notify_deliver(instance)) {
		next = registry_after(instance->considered);
		if (next == NULL)
			return true;
		if (!pair_create(instance, next))
			return false;
	}
	return false;
}

static bool
pair_is_active(const struct instance *instance, uint32_t index)
{
	const struct pair *pair = &instance->pairs[index];

	return pair->registrant != NULL && pair_state(pair) == PAIR_ACTIVE;
}

/* The framework's own notifier of a pair goes before its shutdown. */
static bool
pair_unsubscribe(struct instance *instance, uint32_t index)
{
	const struct registrant *registrant = instance->pairs[index].registrant;

	if (registrant->notify != NULL)
		(void)notify_remove(
		    instance, &instance->level, registrant->notify);
	return notify_deliver(instance);
}

static bool
pair_shutdown(struct instance *instance, uint32_t index)
{
	struct step step = {.instance = instance, .pair = index};

	if (!pair_is_active(instance, index))
		return true;
	if (!pair_unsubscribe(instance, index))
		return false;
	/* A callback may have unregistered it meanwhile. */
	if (!pair_is_active(instance, index))
		return true;
	step.registrant = instance->pairs[index].registrant;
	pair_set_state(instance, index, PAIR_SHUTTING_DOWN);
	timeout_cancel(instance, step.registrant, NULL);
	if (step.registrant->callbacks.nin_shutdown != NULL)
		return pair_step(instance, index, CALLBACK_SHUTDOWN);
	shutdown_ended(&step);
	return true;
}

static bool
pair_destroy(struct instance *instance, uint32_t index)
{
	const struct pair *pair = &instance->pairs[index];

	if (pair->registrant == NULL)
		return true;
	if (pair_state(pair) == PAIR_FAILED) {
		pair_forget(instance, index);
		return true;
	}
	ASSERT(pair_state(pair) == PAIR_DOWN);
	pair_set_state(instance, index, PAIR_DESTROYING);
	return pair_step(instance, index, CALLBACK_DESTROY);
}

void
pair_walk_begin(struct instance *instance)
{
	instance->cursor = instance->pair_count;
}

static bool
pair_walk(struct instance *instance,
    bool (*visit)(struct instance *instance, uint32_t index))
{
	while (step_settle(instance)) {
		if (instance->cursor == 0)
			return true;
		if (!visit(instance, instance->cursor - 1))
			return false;
		instance->cursor--;
	}
	return false;
}

bool
pair_walk_shutdown(struct instance *instance)
{
	return pair_walk(instance, pair_shutdown);
}

bool
pair_walk_destroy(struct instance *instance)
{
	return pair_walk(instance, pair_destroy);
}

bool
pair_shutdown_one(struct instance *instance, struct registrant *registrant)
{
	const struct pair *pair;

	if (!step_settle(instance))
		return false;
	pair = pair_find(instance, registrant);
	if (pair != NULL)
		return pair_shutdown(
		    instance, (uint32_t)(pair - instance->pairs));
	/* Its callbacks elsewhere may have made some here. */
	timeout_cancel(instance, registrant, NULL);
	return true;
}

bool
pair_destroy_one(struct instance *instance, struct registrant *registrant)
{
	const struct pair *pair;

	if (!step_settle(instance))
		return false;
	pair = pair_find(instance, registrant);
	if (pair != NULL &&
	    !pair_destroy(instance, (uint32_t)(pair - instance->pairs)))
		return false;
	/* Its callbacks elsewhere may have left something here, too. */
	reclaim_leftovers(instance, registrant, registrant->owner);
	pair_close_gaps(instance);
	return notify_deliver(instance);
}

/* The cursor counts the pairs that were looked at. */
bool
pair_retry(struct instance *instance, const struct owner *owner)
{
	const struct pair *pair;
	struct registrant *registrant;
	uint32_t index;

	if (instance->stage != STAGE_ACTIVE)
		return true;
	while (notify_deliver(instance)) {
		if (instance->cursor >= instance->pair_count) {
			instance->cursor = 0;
			return true;
		}
		index = instance->cursor++;
		pair = &instance->pairs[index];
		registrant = pair->registrant;
		if (registrant == NULL || pair_state(pair) != PAIR_FAILED ||
		    registrant->owner != owner ||
		    atomic_load(&registrant->leaving))
			continue;
		(void)atomic_fetch_sub(&registrant->failed, 1);
		pair_set_state(instance, index, PAIR_CREATING);
		if (!pair_step(instance, index, CALLBACK_CREATE))
			return false;
	}
	return false;
}
