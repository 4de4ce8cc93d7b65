/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_phase.c, of the checker: what is promised of the order in one
 * instance's life (G9): listed, all creates, protocols come; protocols are
 * announced gone, all shutdowns, protocols are unlisted, all destroys, the id
 * is gone.
 */
#include "judge.h"

#define COMES 1 /* the command of a notification */

/* The instance's own end is the cause, not the registrant's. */
static bool
is_walk_of(const struct checker *checker, const struct record *record,
    enum record_what what)
{
	return record->what == what &&
	       world_is_walk(&checker->world, record->registrant);
}

static void
nothing_up(struct checker *checker, const struct record *record,
    const struct instance_life *instance, const char *sentence)
{
	const struct pair_life *pair;
	uint32_t i;

	for (i = 0; i < instance->pair_count; i++) {
		pair = &instance->pairs[i];
		(void)expect(checker, !pair_is_up(&checker->world, pair), G9,
		    sentence, record, pair->since);
	}
}

static void
nothing_announced(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct notifier_life *notifier;
	uint32_t i;

	for (i = 0; i < instance->notifier_count; i++) {
		notifier = &checker->world.notifiers[instance->notifiers[i]];
		if (!world_may_have_left(&checker->world, notifier))
			expect_farewell(checker, record, notifier, G9,
			    "shutdown before the protocols were announced "
			    "gone");
	}
}

/* A protocol that an instance brings along: all creates come before it. */
static void
creates_are_over(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct world *world = &checker->world;
	const struct registrant_life *registrant;
	const struct pair_life *pair;
	uint32_t i;

	if (instance->created != 0 || instance->stop_called != 0 ||
	    world_bringer(world, record->protocol) == NULL)
		return;
	for (i = 1; i < world->registrant_count; i++) {
		registrant = &world->registrants[i];
		if (registrant->over == 0 || registrant->leaving > 0)
			continue;
		pair = world_pair(instance, registrant->number);
		(void)expect(checker, pair != NULL && pair->tried != 0, G9,
		    "a protocol came before the last create", record,
		    registrant->over);
	}
}

static void
phase_entered(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	if (instance == NULL) {
		(void)expect(checker, world_expects_instance(&checker->world),
		    G9, "a callback of an instance that nobody created", record,
		    0);
		return;
	}
	(void)expect(checker, instance->gone == 0, G9,
	    "a callback of an instance that is gone", record, instance->gone);
	if (is_walk_of(checker, record, WHAT_SHUTDOWN))
		nothing_announced(checker, record, instance);
	if (is_walk_of(checker, record, WHAT_DESTROY))
		nothing_up(checker, record, instance,
		    "destroy before the last shutdown of the instance");
	if (record->what != WHAT_NOTIFY || record->extra != COMES)
		return;
	(void)expect(checker,
	    instance->walk_shutdown == 0 && instance->walk_destroy == 0 &&
		instance->down == 0,
	    G9, "a protocol came after the first shutdown", record,
	    instance->walk_shutdown);
	creates_are_over(checker, record, instance);
}

/* Present until the last shutdown returned, away from the first destroy on. */
static void
phase_looked_up(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct protocol_life *protocol =
	    world_protocol(instance, record->protocol);
	const struct frame_life *inside = world_inside(world, record->thread);
	bool shutting = inside != NULL && inside->what == WHAT_SHUTDOWN &&
			inside->instance == record->instance;
	const struct frame_life *call = world_frame(world, record->thread);
	bool present = call != NULL && call->was_added && protocol != NULL &&
		       protocol->removing == 0;
	bool own = inside != NULL && inside->instance == record->instance;

	if (present && (shutting || instance->stop_called == 0))
		(void)expect(checker, record->result != 0, G9,
		    "a protocol that is there was not found", record,
		    protocol->added);
	(void)expect(checker,
	    record->result == 0 || !own ||
		(instance->walk_destroy == 0 && instance->down == 0),
	    G9, "a protocol was found after the last shutdown", record,
	    instance->walk_destroy);
}

/* Also in destroy, when it has been announced gone. */
static void
phase_taken_back(struct checker *checker, const struct record *record)
{
	(void)expect(checker, record->result == 0, G9,
	    "a provider could not take back its protocol", record, 0);
}

static void
phase_found(struct checker *checker, const struct record *record)
{
	const struct frame_life *call =
	    world_frame(&checker->world, record->thread);
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	if (instance == NULL || call == NULL)
		return;
	(void)expect(checker, record->result == 0 || !call->was_gone, G9,
	    "an instance was found that is gone", record, instance->gone);
	(void)expect(checker,
	    record->result != 0 || instance->listed == 0 ||
		instance->destroy_called != 0,
	    G9, "an instance that is there was not found", record,
	    instance->listed);
}

static void
phase_listed(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct creation_life *creation;
	uint32_t i;

	if (record->result != 0)
		return;
	for (i = 0; i < world->creation_count; i++) {
		creation = &world->creations[i];
		(void)expect(checker,
		    creation->number == record->number ||
			creation->instance != record->instance,
		    G9, "an id was used again", record, 0);
	}
}

static void
phase_refused(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	(void)expect(checker, record->result == 0 || instance->stop_calls > 1,
	    G9, "shutdown or destroy was refused without a reason", record,
	    instance->seen);
}

static void
phase_stopped(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	nothing_up(checker, record, instance,
	    "shutdown is over but a pair was not shut down");
}

/* G9: the phases of one instance's life. */
void
judge_phases(struct checker *checker, const struct record *record)
{
	bool returned = record->kind == RECORD_RETURN;
	bool stops = record->what == WHAT_INSTANCE_SHUTDOWN ||
		     record->what == WHAT_INSTANCE_DESTROY;

	if (record->kind == RECORD_ENTER)
		phase_entered(checker, record);
	else if (returned && record->what == WHAT_PROTOCOL_LOOKUP)
		phase_looked_up(checker, record);
	else if (returned && record->what == WHAT_PROTOCOL_REMOVE &&
		 record->extra == PROTOCOL_PROVIDED)
		phase_taken_back(checker, record);
	else if (returned && record->what == WHAT_INSTANCE_FIND)
		phase_found(checker, record);
	else if (returned && record->what == WHAT_INSTANCE_CREATE)
		phase_listed(checker, record);
	else if (returned && stops)
		phase_refused(checker, record);
	else if (record->kind == RECORD_DONE && stops)
		phase_stopped(checker, record);
}
