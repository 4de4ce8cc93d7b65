/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_life.c, of the checker: what is promised of single callbacks: one at a
 * time per instance (G1), each at most once and in order per pair (G2), nothing
 * of a registration that was refused (G6), nothing after a create that failed
 * (G7).
 */
#include "judge.h"

/*
 * G1: a callback begins only when no other one runs on its instance, unless
 * that other one, on the same thread, is in the middle of a call.
 */
void
judge_exclusive(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	const struct frame_life *frame =
	    world_frame(&checker->world, record->thread);
	const struct running *last;

	if ((record->kind != RECORD_ENTER && record->kind != RECORD_LEAVE) ||
	    instance == NULL || instance->running_count == 0)
		return;
	last = &instance->running[instance->running_count - 1];
	if (record->kind == RECORD_LEAVE)
		(void)expect(checker, last->number == record->number, G1,
		    "a callback ended inside another one", record, last->since);
	else
		(void)expect(checker,
		    last->thread == record->thread && frame != NULL &&
			!frame->callback,
		    G1, "two callbacks ran on one instance at a time", record,
		    last->since);
}

static const struct pair_life no_pair = {.state = LIFE_NONE};

static const struct pair_life *
pair_of(const struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	const struct pair_life *pair = NULL;

	if (instance != NULL)
		pair = world_pair(instance, record->registrant);
	return pair != NULL ? pair : &no_pair;
}

/* What the state of the pair has to be when a callback begins. */
static const struct {
	enum pair_life_state before;
	const char *sentence;
} order_of_life[] = {
    [WHAT_CREATE] = {LIFE_NONE, "create came a second time"},
    [WHAT_SHUTDOWN] = {LIFE_ACTIVE,
	"shutdown came twice, or while create had not returned"},
    [WHAT_DESTROY] = {LIFE_DOWN,
	"destroy came twice, or while shutdown had not returned"},
};

static bool
is_without_shutdown(const struct checker *checker, uint32_t registrant)
{
	const struct registrant_life *life =
	    world_registrant(&checker->world, registrant);

	return life != NULL && (life->flags & REGISTER_NO_SHUTDOWN) != 0;
}

static void
once_state(struct checker *checker, const struct record *record,
    const struct pair_life *pair)
{
	enum pair_life_state before = order_of_life[record->what].before;
	bool direct = record->what == WHAT_DESTROY &&
		      is_without_shutdown(checker, record->registrant);

	/* What a failed create forbids is G7's business. */
	if (pair->state == LIFE_FAILED)
		return;
	(void)expect(checker, pair->state == (direct ? LIFE_ACTIVE : before),
	    G2, order_of_life[record->what].sentence, record, pair->since);
	if (record->what == WHAT_SHUTDOWN)
		(void)expect(checker,
		    !is_without_shutdown(checker, record->registrant), G2,
		    "shutdown of a registrant that has none", record, 0);
	if (record->what != WHAT_CREATE)
		(void)expect(checker, pair->context == record->context, G2,
		    "not the context that create returned", record,
		    pair->since);
}

/* Somebody must have asked for it. */
static void
once_cause(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct registrant_life *registrant =
	    world_registrant(world, record->registrant);
	bool asked;

	if (registrant == NULL || instance == NULL ||
	    record->what == WHAT_CREATE)
		return;
	asked = registrant->leaving > 0 ||
		(record->what == WHAT_SHUTDOWN ? instance->stop_called
					       : instance->destroy_called) != 0;
	(void)expect(checker, asked, G2, "a callback that nobody asked for",
	    record, instance->seen);
}

/* All pairs of an instance that is gone have had everything. */
static void
once_complete(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);
	const struct pair_life *pair;
	uint32_t i;

	for (i = 0; instance != NULL && i < instance->pair_count; i++) {
		pair = &instance->pairs[i];
		(void)expect(checker,
		    pair->state == LIFE_NONE || pair->state == LIFE_FAILED ||
			pair->state == LIFE_GONE,
		    G2, "the instance is gone but a pair was not destroyed",
		    record, pair->since);
	}
}

/*
 * G2: per pair create, shutdown, destroy in that order, each at most once,
 * with the context that create returned, and always all of them.
 */
void
judge_once(struct checker *checker, const struct record *record)
{
	const struct pair_life *pair;

	if (record->kind == RECORD_DONE &&
	    record->what == WHAT_INSTANCE_DESTROY)
		once_complete(checker, record);
	if (record->kind != RECORD_ENTER || !is_of_pair(record))
		return;
	pair = pair_of(checker, record);
	once_state(checker, record, pair);
	once_cause(checker, record);
}

static void
refusal_returned(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct registrant_life *other,
	    *registrant = world_registrant(world, record->registrant);
	bool faulty = (registrant->flags & REGISTER_FAULTY) != 0;
	uint32_t i;

	if (record->result != 0) {
		(void)expect(checker, faulty || registrant->reason, G6,
		    "a registration was refused without a reason", record,
		    registrant->called);
		return;
	}
	(void)expect(checker, !faulty, G6, "a faulty registration was accepted",
	    record, registrant->called);
	for (i = 1; i < world->registrant_count; i++) {
		other = &world->registrants[i];
		if (other == registrant || other->name != registrant->name)
			continue;
		(void)expect(checker,
		    other->returned == 0 || other->leaving > 0 ||
			registrant->leaving > 0,
		    G6, "a second registration of a name was accepted", record,
		    other->returned);
	}
}

/*
 * G6: a registration is refused for a reason and only for one, nothing is ever
 * called of one that was refused, and the caller's structure is not used after
 * the call (whoever scribbles over it sees to it that NOBODY is called then).
 */
void
judge_refusal(struct checker *checker, const struct record *record)
{
	const struct registrant_life *registrant =
	    world_registrant(&checker->world, record->registrant);

	if (record->what == WHAT_REGISTER && record->kind == RECORD_RETURN)
		refusal_returned(checker, record);
	if (record->kind == RECORD_ENTER && is_of_pair(record))
		(void)expect(checker,
		    registrant != NULL && registrant->called != 0 &&
			!registrant->refused,
		    G6, "a callback of a registration that was refused", record,
		    registrant != NULL ? registrant->called : 0);
}

/* The retry that is over must have run create wherever it had failed. */
static void
failure_retried(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance;
	const struct registrant_life *registrant;
	const struct pair_life *pair;
	uint32_t i, j;

	for (i = 0; i < world->instance_count; i++) {
		instance = &world->instances[i];
		for (j = 0; j < instance->pair_count; j++) {
			pair = &instance->pairs[j];
			registrant = world_registrant(world, pair->registrant);
			(void)expect(checker,
			    pair->retry != record->number ||
				instance->stop_called != 0 ||
				registrant->leaving > 0,
			    G7, "a failed create was not tried again", record,
			    pair->since);
		}
	}
}

/*
 * G7: where create returned NULL nothing is called any more, unless somebody
 * asks to try again.
 */
void
judge_failure(struct checker *checker, const struct record *record)
{
	const struct pair_life *pair;
	bool again = record->what == WHAT_CREATE && checker->world.retries > 0;

	if (record->kind == RECORD_DONE && record->what == WHAT_RETRY)
		failure_retried(checker, record);
	if (record->kind != RECORD_ENTER || !is_of_pair(record))
		return;
	pair = pair_of(checker, record);
	(void)expect(checker, pair->state != LIFE_FAILED || again, G7,
	    "a callback where create had failed", record, pair->since);
}
