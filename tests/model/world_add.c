/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_add.c, of the checker: adds what is asked of the framework to the
 * world, and hands the callbacks on to world_callback.c.
 *
 * What is over is cleared, so that equal worlds are equal byte by byte.
 */
#include "world_add.h"

#include <stdlib.h>
#include <string.h>

/* adding: threads -------------------------------------------------------- */

static void
frame_push(struct world *world, const struct record *record, bool callback)
{
	struct thread_life *thread;
	struct frame_life *frame;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct protocol_life *protocol = NULL;

	world->threads = world_grow(world->threads, &world->thread_room,
	    record->thread, sizeof(*world->threads));
	thread = &world->threads[record->thread];
	if (thread->depth == FRAMES_MAX)
		abort();
	frame = &thread->frames[thread->depth];
	thread->depth++;
	frame->callback = callback;
	frame->what = record->what;
	frame->number = record->number;
	frame->instance = record->instance;
	frame->registrant = world_owner(world, record);
	frame->was_down = instance != NULL && instance->down != 0;
	frame->was_gone = instance != NULL && instance->gone != 0;
	if (instance != NULL)
		protocol = world_protocol(instance, record->protocol);
	frame->was_added = protocol != NULL && protocol->added != 0;
}

static void
frame_pop(struct world *world, const struct record *record)
{
	struct thread_life *thread;

	if (record->thread >= world->thread_room ||
	    world->threads[record->thread].depth == 0)
		return;
	thread = &world->threads[record->thread];
	memset(&thread->frames[--thread->depth], 0, sizeof(struct frame_life));
}

/* adding: instances ------------------------------------------------------ */

struct instance_life *
world_meet_instance(struct world *world, const struct record *record)
{
	struct instance_life *instance;

	if (record->instance < 0)
		return NULL;
	instance = ELEMENT(world->instances, world->instance_count,
	    world->instance_room, (uint32_t)record->instance);
	instance->id = record->instance;
	if (instance->seen == 0)
		instance->seen = record->sequence;
	return instance;
}

static struct protocol_life *
protocol_meet(struct instance_life *instance, uint32_t number)
{
	struct protocol_life *protocol = world_protocol(instance, number);

	if (protocol != NULL)
		return protocol;
	protocol = APPEND(instance->protocols, instance->protocol_count,
	    instance->protocol_room);
	protocol->number = number;
	return protocol;
}

/* The protocols that an instance was created with. */
void
world_bring_protocols(
    struct instance_life *instance, const struct creation_life *creation)
{
	struct protocol_life *protocol;
	uint32_t i;

	for (i = 0; i < creation->protocol_count; i++) {
		protocol =
		    protocol_meet(instance, creation->first_protocol + i);
		if (protocol->adds == 0)
			protocol->adds = 1;
	}
}

static struct creation_life *
creation_find(struct world *world, uint32_t number)
{
	uint32_t i;

	for (i = world->creation_count; i > 0; i--)
		if (world->creations[i - 1].number == number)
			return &world->creations[i - 1];
	return NULL;
}

static void
add_instance_create(struct world *world, const struct record *record)
{
	struct creation_life *creation = creation_find(world, record->number);
	struct instance_life *instance;
	uint32_t i;

	if (creation == NULL) {
		creation = APPEND(world->creations, world->creation_count,
		    world->creation_room);
		creation->number = record->number;
		creation->instance = -1;
		creation->first_protocol = record->protocol;
		creation->protocol_count = record->extra;
	}
	if (record->kind == RECORD_CALL)
		return;
	creation->over = record->result != 0;
	instance = world_meet_instance(world, record);
	if (record->result != 0 || instance == NULL)
		return;
	creation->instance = record->instance;
	if (instance->listed == 0)
		instance->listed = record->sequence;
	world_bring_protocols(instance, creation);
	if (record->kind != RECORD_DONE)
		return;
	instance->created = record->sequence;
	for (i = 0; i < creation->protocol_count; i++)
		protocol_meet(instance, creation->first_protocol + i)->added =
		    record->sequence;
}

static void
add_instance_stop(struct world *world, const struct record *record)
{
	struct instance_life *instance = world_meet_instance(world, record);
	bool destroys = record->what == WHAT_INSTANCE_DESTROY;

	if (record->kind == RECORD_CALL) {
		instance->stop_called = record->sequence;
		instance->stop_calls++;
		if (destroys)
			instance->destroy_called = record->sequence;
		return;
	}
	if (record->result != 0)
		return;
	instance->stop_accepted = record->sequence;
	if (record->kind != RECORD_DONE)
		return;
	instance->down = record->sequence;
	if (!destroys)
		return;
	/* All that could still be wrong is that it is heard of again. */
	instance->gone = record->sequence;
	world_forget_instance(instance);
}

/* adding: registrants ---------------------------------------------------- */

/* Whoever could hold the name may be the reason of a refusal. */
static void
find_reasons(struct world *world, struct registrant_life *newcomer)
{
	struct registrant_life *other;
	uint32_t i;

	for (i = 1; i < world->registrant_count; i++) {
		other = &world->registrants[i];
		if (other == newcomer || other->called == 0 ||
		    other->name != newcomer->name || other->refused ||
		    other->left != 0)
			continue;
		newcomer->reason = true;
		other->reason = true;
	}
}

static void
registrant_begins(struct world *world, const struct record *record,
    struct registrant_life *registrant)
{
	uint32_t i;

	registrant->number = record->registrant;
	registrant->name = record->name;
	registrant->flags = record->extra;
	registrant->called = record->sequence;
	registrant->swept = -1;
	find_reasons(world, registrant);
	for (i = 1; i < world->registrant_count; i++)
		if (world->registrants[i].returned != 0)
			world_set_earlier(world, i, record->registrant);
}

static void
add_register(struct world *world, const struct record *record)
{
	struct registrant_life *registrant =
	    ELEMENT(world->registrants, world->registrant_count,
		world->registrant_room, record->registrant);

	if (record->kind == RECORD_CALL) {
		registrant_begins(world, record, registrant);
		return;
	}
	if (record->result != 0) {
		registrant->refused = true;
		return;
	}
	registrant->returned = record->sequence;
	if (world_ends_now(world, record) || record->kind == RECORD_DONE)
		registrant->over = record->sequence;
}

static void
add_unregister(struct world *world, const struct record *record)
{
	struct registrant_life *registrant =
	    world_registrant(world, record->registrant);

	if (registrant == NULL || registrant->left != 0)
		return;
	if (record->kind == RECORD_CALL) {
		registrant->leaving++;
		registrant->swept = -1;
	} else if (record->result != 0) {
		registrant->leaving--;
	} else {
		registrant->asked_away = record->sequence;
		if (!world_ends_now(world, record) &&
		    record->kind != RECORD_DONE)
			return;
		registrant->left = record->sequence;
		world_forget_registrant(world, registrant);
	}
}

static void
add_retry(struct world *world, const struct record *record)
{
	struct instance_life *instance;
	uint32_t i, j;

	if (record->kind == RECORD_DONE)
		world->retries--;
	if (record->kind != RECORD_CALL)
		return;
	world->retries++;
	for (i = 0; i < world->instance_count; i++) {
		instance = &world->instances[i];
		for (j = 0; j < instance->pair_count; j++)
			if (instance->pairs[j].state == LIFE_FAILED &&
			    instance->stop_called == 0)
				instance->pairs[j].retry = record->number;
	}
}

/* adding: protocols and notifiers ---------------------------------------- */

static void
add_protocol_add(struct world *world, const struct record *record)
{
	struct instance_life *instance = world_meet_instance(world, record);
	struct protocol_life *protocol =
	    protocol_meet(instance, record->protocol);

	if (record->kind == RECORD_CALL) {
		protocol->adding++;
	} else if (record->kind == RECORD_RETURN) {
		protocol->adding--;
		protocol->adds += record->result == 0;
	} else {
		protocol->added = record->sequence;
	}
}

static void
add_protocol_remove(struct world *world, const struct record *record)
{
	struct instance_life *instance = world_meet_instance(world, record);
	struct protocol_life *protocol =
	    protocol_meet(instance, record->protocol);

	if (record->kind == RECORD_CALL)
		protocol->removing = record->sequence;
	else if (record->kind == RECORD_DONE && record->result == 0)
		protocol->removed = record->sequence;
}

/* Nobody, or a registrant that has a pair on the instance. */
static bool
is_at_home(const struct instance_life *instance, uint32_t registrant)
{
	const struct pair_life *pair = world_pair(instance, registrant);

	return registrant == 0 ||
	       (pair != NULL && pair->state != LIFE_NONE &&
		   pair->state != LIFE_FAILED && pair->state != LIFE_GONE);
}

static void
notifier_begins(struct world *world, const struct record *record,
    struct notifier_life *notifier)
{
	const struct frame_life *inside = world_inside(world, record->thread);
	struct instance_life *instance = world_meet_instance(world, record);
	struct notifier_life *other;
	uint32_t i;

	notifier->number = record->notifier;
	notifier->function = record->name;
	notifier->instance = record->instance;
	notifier->argument = record->context;
	notifier->called = record->sequence;
	notifier->registrant = inside != NULL ? inside->registrant : 0;
	notifier->elsewhere =
	    inside != NULL && (inside->instance != record->instance ||
				  !is_at_home(instance, inside->registrant));
	for (i = 0; i < instance->notifier_count; i++) {
		other = &world->notifiers[instance->notifiers[i]];
		if (other->function != notifier->function || other->refused ||
		    other->left != 0)
			continue;
		other->reason = true;
		notifier->reason = true;
	}
	*APPEND(instance->notifiers, instance->notifier_count,
	    instance->notifier_room) = record->notifier;
}

static void
add_notify_register(struct world *world, const struct record *record)
{
	struct notifier_life *notifier = ELEMENT(world->notifiers,
	    world->notifier_count, world->notifier_room, record->notifier);

	if (record->kind == RECORD_CALL)
		notifier_begins(world, record, notifier);
	else if (record->result != 0)
		notifier->refused = true;
	else if (!notifier->elsewhere)
		notifier->over = record->sequence;
}

static void
add_notify_unregister(struct world *world, const struct record *record)
{
	const struct frame_life *inside = world_inside(world, record->thread);
	struct notifier_life *notifier =
	    world_notifier(world, record->notifier);

	if (notifier == NULL)
		return;
	if (record->kind == RECORD_CALL)
		notifier->leaving++;
	else if (record->result != 0)
		notifier->leaving--;
	else if (inside == NULL || inside->instance == record->instance)
		notifier->left = record->sequence;
}

static void
add_timeout_make(struct world *world, const struct record *record)
{
	const struct frame_life *inside = world_inside(world, record->thread);
	struct timeout_life *timeout = ELEMENT(world->timeouts,
	    world->timeout_count, world->timeout_room, record->context);

	if (record->kind == RECORD_RETURN) {
		timeout->refused = record->result != 0;
		return;
	}
	timeout->number = record->context;
	timeout->instance = record->instance;
	timeout->registrant = inside != NULL ? inside->registrant : 0;
	timeout->again = record->extra == TIMEOUT_AGAIN;
	timeout->elsewhere =
	    inside != NULL && inside->instance != record->instance;
	timeout->called = record->sequence;
}

/* From inside another instance's callback it may be about to begin. */
static void
add_timeout_cancel(struct world *world, const struct record *record)
{
	const struct frame_life *inside = world_inside(world, record->thread);
	struct timeout_life *timeout = world_timeout(world, record->context);

	if (timeout == NULL)
		return;
	if (record->kind == RECORD_CALL)
		timeout->cancels++;
	else if (inside == NULL || inside->instance == record->instance)
		timeout->cancelled = record->sequence;
}

/* What was asked for from inside callbacks is over too. */
static void
add_quiet(struct world *world, const struct record *record)
{
	struct registrant_life *registrant;
	uint32_t i;

	for (i = 1; i < world->registrant_count; i++) {
		registrant = &world->registrants[i];
		if (registrant->returned != 0 && registrant->over == 0)
			registrant->over = record->sequence;
		if (registrant->asked_away == 0 || registrant->left != 0)
			continue;
		registrant->left = record->sequence;
		world_forget_registrant(world, registrant);
	}
}

typedef void (*add_fn)(struct world *world, const struct record *record);

static const add_fn adders[] = {
    [WHAT_INSTANCE_CREATE] = add_instance_create,
    [WHAT_INSTANCE_SHUTDOWN] = add_instance_stop,
    [WHAT_INSTANCE_DESTROY] = add_instance_stop,
    [WHAT_PROTOCOL_ADD] = add_protocol_add,
    [WHAT_PROTOCOL_REMOVE] = add_protocol_remove,
    [WHAT_REGISTER] = add_register,
    [WHAT_UNREGISTER] = add_unregister,
    [WHAT_RETRY] = add_retry,
    [WHAT_NOTIFY_REGISTER] = add_notify_register,
    [WHAT_NOTIFY_UNREGISTER] = add_notify_unregister,
    [WHAT_CREATE] = world_add_callback,
    [WHAT_SHUTDOWN] = world_add_callback,
    [WHAT_DESTROY] = world_add_callback,
    [WHAT_NOTIFY] = world_add_callback,
    [WHAT_TIMEOUT_MAKE] = add_timeout_make,
    [WHAT_TIMEOUT_CANCEL] = add_timeout_cancel,
    [WHAT_TIMEOUT] = world_add_callback,
};

void
world_add(struct world *world, const struct record *record)
{
	add_fn add = adders[record->what];
	bool begins =
	    record->kind == RECORD_CALL || record->kind == RECORD_ENTER;
	bool ends =
	    record->kind == RECORD_RETURN || record->kind == RECORD_LEAVE;

	if (record->kind == RECORD_QUIET) {
		add_quiet(world, record);
		return;
	}
	/* Who is inside of what is asked while the record is added. */
	if (ends)
		frame_pop(world, record);
	if (add != NULL)
		add(world, record);
	if (begins)
		frame_push(world, record, record->kind == RECORD_ENTER);
}
