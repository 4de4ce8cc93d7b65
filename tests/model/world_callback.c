/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_callback.c, of the checker: adds the beginnings and ends of callbacks
 * to the world.
 *
 * What is over is cleared, so that equal worlds are equal byte by byte.
 */
#include <stdlib.h>
#include <string.h>

#include "world_add.h"

/* What belongs to a pair ends with it. */
static void
notifiers_end(struct world *world, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	struct notifier_life *notifier;
	uint32_t i;

	for (i = 0; i < instance->notifier_count; i++) {
		notifier = &world->notifiers[instance->notifiers[i]];
		if (notifier->registrant != record->registrant)
			continue;
		if (notifier->elsewhere)
			notifier->unsure = true;
		else if (notifier->left == 0)
			notifier->left = record->sequence;
	}
}

static void
timeouts_end(struct world *world, const struct record *record)
{
	struct timeout_life *timeout;
	uint32_t i;

	for (i = 0; i < world->timeout_count; i++) {
		timeout = &world->timeouts[i];
		if (timeout->instance == record->instance &&
		    timeout->registrant == record->registrant)
			timeout->lost = true;
	}
}

static struct pair_life *
pair_meet(struct instance_life *instance, uint32_t registrant)
{
	struct pair_life *pair = world_pair(instance, registrant);

	if (pair != NULL)
		return pair;
	pair =
	    APPEND(instance->pairs, instance->pair_count, instance->pair_room);
	pair->registrant = registrant;
	return pair;
}

static void
create_begins(
    struct world *world, struct instance_life *instance, struct pair_life *pair)
{
	bool first = pair->state == LIFE_NONE;
	uint32_t i;

	pair->state = LIFE_CREATING;
	pair->retry = 0;
	if (!first)
		return;
	for (i = 0; &instance->pairs[i] != pair; i++)
		world_set_earlier(
		    world, instance->pairs[i].registrant, pair->registrant);
}

static void
pair_begins(struct world *world, const struct record *record,
    struct instance_life *instance)
{
	struct pair_life *pair = pair_meet(instance, record->registrant);
	struct registrant_life *registrant =
	    world_registrant(world, record->registrant);
	bool walk = world_is_walk(world, record->registrant);

	pair->since = record->sequence;
	if (world->serial && registrant != NULL && instance->stop_called == 0) {
		registrant->swept = record->instance;
		registrant->sweeping = record->what;
	}
	if (record->what == WHAT_CREATE) {
		create_begins(world, instance, pair);
	} else if (record->what == WHAT_SHUTDOWN) {
		pair->state = LIFE_SHUTTING;
		if (walk)
			instance->walk_shutdown = record->sequence;
	} else {
		pair->state = LIFE_DESTROYING;
		if (walk)
			instance->walk_destroy = record->sequence;
	}
}

static void
pair_ends(struct world *world, const struct record *record,
    struct instance_life *instance)
{
	struct pair_life *pair = pair_meet(instance, record->registrant);

	pair->since = record->sequence;
	if (record->what == WHAT_CREATE) {
		pair->tried = record->sequence;
		pair->context = record->context;
		pair->state = record->context != 0 ? LIFE_ACTIVE : LIFE_FAILED;
	} else if (record->what == WHAT_SHUTDOWN) {
		pair->state = LIFE_DOWN;
	} else {
		pair->state = LIFE_GONE;
	}
	if (pair->state == LIFE_FAILED || pair->state == LIFE_GONE) {
		notifiers_end(world, record);
		timeouts_end(world, record);
	}
}

static void
was_before(struct instance_life *instance, uint32_t a, uint32_t b)
{
	if (a >= EVENTS_TRACKED || b >= EVENTS_TRACKED)
		return;
	if (instance->before == NULL)
		instance->before =
		    calloc(EVENTS_TRACKED, sizeof(*instance->before));
	if (instance->before == NULL)
		abort();
	instance->before[a][b / 64] |= (uint64_t)1 << b % 64;
}

/* The event comes after all that this notifier has heard of. */
static void
add_order(struct instance_life *instance, const struct notifier_life *notifier,
    uint32_t event)
{
	const struct told *told;
	uint32_t i;

	for (i = 0; i < notifier->told_count; i++) {
		told = &notifier->told[i];
		was_before(instance,
		    world_event(instance, told->protocol, true), event);
		if (!told->here && !told->withdrawn)
			was_before(instance,
			    world_event(instance, told->protocol, false),
			    event);
	}
}

static void
notify_begins(struct world *world, const struct record *record,
    struct instance_life *instance)
{
	struct notifier_life *notifier =
	    world_notifier(world, record->notifier);
	const struct creation_life *bringer =
	    world_bringer(world, record->protocol);
	bool comes = record->extra == 1;
	struct told *told;

	if (notifier == NULL)
		return;
	if (bringer != NULL)
		world_bring_protocols(instance, bringer);
	if (comes || notifier->leaving == 0)
		add_order(instance, notifier,
		    world_event(instance, record->protocol, comes));
	told = world_told(notifier, record->protocol);
	if (told == NULL) {
		told = APPEND(
		    notifier->told, notifier->told_count, notifier->told_room);
		told->protocol = record->protocol;
	}
	told->here = comes;
	told->withdrawn = !comes && notifier->leaving > 0;
	told->since = record->sequence;
}

static void
timeout_changes(struct world *world, const struct record *record)
{
	struct timeout_life *timeout = world_timeout(world, record->context);

	if (timeout == NULL)
		return;
	if (record->kind == RECORD_ENTER) {
		timeout->begun = record->sequence;
		timeout->running++;
	} else {
		timeout->running--;
	}
}

void
world_add_callback(struct world *world, const struct record *record)
{
	struct instance_life *instance = world_meet_instance(world, record);
	struct registrant_life *registrant =
	    world_registrant(world, world_owner(world, record));
	struct running *running;

	if (instance == NULL)
		return;
	if (record->kind == RECORD_ENTER) {
		if (instance->running_count == RUNNING_MAX)
			abort();
		running = &instance->running[instance->running_count++];
		running->thread = record->thread;
		running->number = record->number;
		running->since = record->sequence;
		if (registrant != NULL)
			registrant->running++;
		if (record->what == WHAT_NOTIFY)
			notify_begins(world, record, instance);
		else if (record->what == WHAT_TIMEOUT)
			timeout_changes(world, record);
		else
			pair_begins(world, record, instance);
		return;
	}
	if (instance->running_count > 0)
		memset(&instance->running[--instance->running_count], 0,
		    sizeof(instance->running[0]));
	if (registrant != NULL && registrant->running > 0)
		registrant->running--;
	if (record->what == WHAT_TIMEOUT)
		timeout_changes(world, record);
	else if (record->what != WHAT_NOTIFY)
		pair_ends(world, record, instance);
}
