/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.c, of the checker: owns the memory of the world and finds things in it.
 * Numbers of registrants, notifiers and threads are small and dense, as are the
 * ids of instances, so each is an index.
 */
#include "world_add.h"

#include <stdlib.h>
#include <string.h>

void *
world_grow(void *list, uint32_t *room, uint32_t index, size_t size)
{
	uint32_t wanted = *room > 0 ? *room : 4;
	char *grown;

	if (index < *room)
		return list;
	while (wanted <= index)
		wanted *= 2;
	grown = reallocarray(list, wanted, size);
	if (grown == NULL)
		abort();
	memset(grown + *room * size, 0, (wanted - *room) * size);
	*room = wanted;
	return grown;
}

void
world_init(struct world *world, bool serial)
{
	memset(world, 0, sizeof(*world));
	world->serial = serial;
}

/*
 * What is over for good is forgotten, but for what shows that it is heard of
 * again: a log can be long, and worlds that differ in nothing that matters
 * any more are to be equal.
 */
void
world_forget_instance(struct instance_life *instance)
{
	struct instance_life rest = {
	    .id = instance->id,
	    .seen = instance->seen,
	    .stop_called = instance->stop_called,
	    .stop_calls = 2,
	    .destroy_called = instance->destroy_called,
	    .gone = instance->gone,
	};

	free(instance->pairs);
	free(instance->protocols);
	free(instance->notifiers);
	free(instance->before);
	memcpy(instance, &rest, sizeof(rest));
}

static void
forget_pair(struct instance_life *instance, uint32_t registrant)
{
	struct pair_life *pair = world_pair(instance, registrant);
	uint32_t after;

	if (pair == NULL)
		return;
	after = --instance->pair_count - (uint32_t)(pair - instance->pairs);
	memmove(pair, pair + 1, after * sizeof(*pair));
	memset(pair + after, 0, sizeof(*pair));
}

void
world_forget_registrant(struct world *world, struct registrant_life *registrant)
{
	uint32_t i, number = registrant->number;

	for (i = 0; i < world->instance_count; i++)
		forget_pair(&world->instances[i], number);
	for (i = 0; number < world->earlier_room && i < world->earlier_room;
	     i++) {
		world->earlier[number * world->earlier_room + i] = 0;
		world->earlier[i * world->earlier_room + number] = 0;
	}
	registrant->leaving = 1;
	registrant->reason = false;
}

void
world_destroy(struct world *world)
{
	uint32_t i;

	for (i = 0; i < world->instance_count; i++)
		world_forget_instance(&world->instances[i]);
	for (i = 0; i < world->notifier_count; i++)
		free(world->notifiers[i].told);
	free(world->instances);
	free(world->registrants);
	free(world->notifiers);
	free(world->timeouts);
	free(world->threads);
	free(world->creations);
	free(world->earlier);
}

/* finding ---------------------------------------------------------------- */

struct instance_life *
world_instance(const struct world *world, int32_t id)
{
	if (id < 0 || (uint32_t)id >= world->instance_count ||
	    world->instances[id].seen == 0)
		return NULL;
	return &world->instances[id];
}

struct registrant_life *
world_registrant(const struct world *world, uint32_t number)
{
	if (number >= world->registrant_count ||
	    world->registrants[number].number == 0)
		return NULL;
	return &world->registrants[number];
}

struct notifier_life *
world_notifier(const struct world *world, uint32_t number)
{
	if (number >= world->notifier_count ||
	    world->notifiers[number].number == 0)
		return NULL;
	return &world->notifiers[number];
}

struct timeout_life *
world_timeout(const struct world *world, uint64_t number)
{
	if (number >= world->timeout_count ||
	    world->timeouts[number].number == 0)
		return NULL;
	return &world->timeouts[number];
}

struct pair_life *
world_pair(const struct instance_life *instance, uint32_t registrant)
{
	uint32_t i;

	/* The ones that live are near the end. */
	for (i = instance->pair_count; i > 0; i--)
		if (instance->pairs[i - 1].registrant == registrant)
			return &instance->pairs[i - 1];
	return NULL;
}

struct protocol_life *
world_protocol(const struct instance_life *instance, uint32_t protocol)
{
	uint32_t i;

	for (i = 0; i < instance->protocol_count; i++)
		if (instance->protocols[i].number == protocol)
			return &instance->protocols[i];
	return NULL;
}

struct told *
world_told(const struct notifier_life *notifier, uint32_t protocol)
{
	uint32_t i;

	for (i = 0; i < notifier->told_count; i++)
		if (notifier->told[i].protocol == protocol)
			return &notifier->told[i];
	return NULL;
}

static const struct thread_life *
thread_find(const struct world *world, uint16_t thread)
{
	return thread < world->thread_room ? &world->threads[thread] : NULL;
}

const struct frame_life *
world_frame(const struct world *world, uint16_t thread)
{
	const struct thread_life *life = thread_find(world, thread);

	if (life == NULL || life->depth == 0)
		return NULL;
	return &life->frames[life->depth - 1];
}

const struct frame_life *
world_inside(const struct world *world, uint16_t thread)
{
	const struct thread_life *life = thread_find(world, thread);
	uint32_t i = life != NULL ? life->depth : 0;

	while (i > 0 && !life->frames[i - 1].callback)
		i--;
	return i > 0 ? &life->frames[i - 1] : NULL;
}

bool
world_is_inside_of(
    const struct world *world, uint16_t thread, uint32_t registrant)
{
	const struct thread_life *life = thread_find(world, thread);
	uint32_t i = life != NULL ? life->depth : 0;

	for (; i > 0; i--)
		if (life->frames[i - 1].callback &&
		    life->frames[i - 1].registrant == registrant)
			return true;
	return false;
}

bool
world_expects_instance(const struct world *world)
{
	uint32_t i;

	for (i = 0; i < world->creation_count; i++)
		if (!world->creations[i].over &&
		    world->creations[i].instance < 0)
			return true;
	return false;
}

struct creation_life *
world_bringer(const struct world *world, uint32_t protocol)
{
	struct creation_life *creation;
	uint32_t i;

	for (i = world->creation_count; i > 0; i--) {
		creation = &world->creations[i - 1];
		if (protocol >= creation->first_protocol &&
		    protocol - creation->first_protocol <
			creation->protocol_count)
			return creation;
	}
	return NULL;
}

bool
pair_is_up(const struct world *world, const struct pair_life *pair)
{
	const struct registrant_life *registrant =
	    world_registrant(world, pair->registrant);

	if (pair->state == LIFE_ACTIVE)
		return registrant == NULL ||
		       (registrant->flags & REGISTER_NO_SHUTDOWN) == 0;
	return pair->state == LIFE_CREATING || pair->state == LIFE_SHUTTING;
}

bool
world_ends_now(const struct world *world, const struct record *record)
{
	return record->kind == RECORD_RETURN && record->result == 0 &&
	       (record->extra & REGISTER_LATER) == 0 &&
	       world_inside(world, record->thread) == NULL;
}

bool
world_came_earlier(const struct world *world, uint32_t a, uint32_t b)
{
	return a < world->earlier_room && b < world->earlier_room &&
	       world->earlier[a * world->earlier_room + b] != 0;
}

static void
earlier_grow(struct world *world, uint32_t number)
{
	uint32_t room = world->earlier_room > 0 ? world->earlier_room : 4, row;
	uint8_t *grown;

	while (room <= number)
		room *= 2;
	grown = calloc(room, room);
	if (grown == NULL)
		abort();
	for (row = 0; row < world->earlier_room; row++)
		memcpy(grown + row * room,
		    world->earlier + row * world->earlier_room,
		    world->earlier_room);
	free(world->earlier);
	world->earlier = grown;
	world->earlier_room = room;
}

void
world_set_earlier(struct world *world, uint32_t a, uint32_t b)
{
	uint32_t larger = a > b ? a : b;

	if (larger == REGISTRANT_NOBODY)
		return;
	if (larger >= world->earlier_room)
		earlier_grow(world, larger);
	world->earlier[a * world->earlier_room + b] = 1;
}

uint32_t
world_event(const struct instance_life *instance, uint32_t protocol, bool comes)
{
	const struct protocol_life *life = world_protocol(instance, protocol);

	if (life == NULL || life->adds + life->adding > 1)
		return EVENTS_TRACKED;
	return (uint32_t)(life - instance->protocols) * 2 + !comes;
}

bool
world_was_before(const struct instance_life *instance, uint32_t a, uint32_t b)
{
	return instance->before != NULL && a < EVENTS_TRACKED &&
	       b < EVENTS_TRACKED &&
	       (instance->before[a][b / 64] >> b % 64 & 1) != 0;
}

bool
world_is_walk(const struct world *world, uint32_t registrant)
{
	const struct registrant_life *life =
	    world_registrant(world, registrant);

	return life != NULL && life->leaving == 0;
}

uint32_t
world_owner(const struct world *world, const struct record *record)
{
	const struct notifier_life *notifier;
	const struct timeout_life *timeout;

	if (record->what == WHAT_TIMEOUT) {
		timeout = world_timeout(world, record->context);
		return timeout != NULL ? timeout->registrant : 0;
	}
	if (record->what != WHAT_NOTIFY)
		return record->registrant;
	notifier = world_notifier(world, record->notifier);
	return notifier != NULL ? notifier->registrant : 0;
}

bool
world_may_have_left(
    const struct world *world, const struct notifier_life *notifier)
{
	return notifier->left != 0 || notifier->unsure ||
	       (notifier->elsewhere &&
		   !world_is_walk(world, notifier->registrant));
}
