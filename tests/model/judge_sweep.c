/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge_sweep.c, of the checker: what is promised of registering and
 * unregistering over all instances: replay (G3), the end of it (G4), the order
 * (G5), and what calls from inside callbacks do (G12; unregistering oneself is
 * G11).
 */
#include "judge.h"

static bool
is_past(const struct instance_life *instance)
{
	return instance->down != 0 || instance->walk_shutdown != 0 ||
	       instance->walk_destroy != 0;
}

/* A live registrant has been created on a live instance. */
static void
expect_created(struct checker *checker, const struct record *record,
    const struct registrant_life *registrant,
    const struct instance_life *instance, enum guarantee guarantee)
{
	const struct pair_life *pair;

	if (registrant->leaving > 0 || instance->stop_called != 0)
		return;
	pair = world_pair(instance, registrant->number);
	(void)expect(checker, pair != NULL && pair->tried != 0, guarantee,
	    "a registrant was not created on a live instance", record,
	    registrant->called);
}

static void
replayed_everywhere(struct checker *checker, const struct record *record,
    const struct registrant_life *registrant)
{
	const struct world *world = &checker->world;
	uint32_t i;

	for (i = 0; i < world->instance_count; i++)
		if (world->instances[i].created != 0)
			expect_created(checker, record, registrant,
			    &world->instances[i], G3);
}

static void
instance_created(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	uint32_t i;

	for (i = 1; instance != NULL && i < world->registrant_count; i++)
		if (world->registrants[i].over != 0)
			expect_created(checker, record, &world->registrants[i],
			    instance, G3);
}

static void
all_created(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	uint32_t i;

	for (i = 1; i < world->registrant_count; i++)
		if (world->registrants[i].returned != 0)
			replayed_everywhere(
			    checker, record, &world->registrants[i]);
}

/*
 * G3: when registering is over, create has run on every live instance; when
 * creating an instance is over, it has run for every registrant; never on an
 * instance in or past shutdown.
 */
void
judge_register(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct registrant_life *registrant =
	    world_registrant(world, record->registrant);

	if (record->kind == RECORD_QUIET)
		all_created(checker, record);
	if (record->what == WHAT_CREATE && record->kind == RECORD_ENTER &&
	    instance != NULL)
		(void)expect(checker, !is_past(instance), G3,
		    "create on an instance in or past shutdown", record,
		    instance->stop_called);
	if (record->what == WHAT_REGISTER &&
	    (world_ends_now(world, record) || record->kind == RECORD_DONE))
		replayed_everywhere(checker, record, registrant);
	if (record->what == WHAT_INSTANCE_CREATE && record->kind == RECORD_DONE)
		instance_created(checker, record);
}

/* Nothing of the registrant is left to be called. */
static void
expect_left(struct checker *checker, const struct record *record,
    const struct registrant_life *registrant, const char *sentence)
{
	const struct world *world = &checker->world;
	const struct pair_life *pair;
	uint32_t i;

	(void)expect(checker, registrant->running == 0, G4, sentence, record,
	    registrant->called);
	for (i = 0; i < world->instance_count; i++) {
		pair = world_pair(&world->instances[i], registrant->number);
		if (pair != NULL)
			(void)expect(checker,
			    pair->state == LIFE_NONE ||
				pair->state == LIFE_FAILED ||
				pair->state == LIFE_GONE,
			    G4, sentence, record, pair->since);
	}
}

static void
unregister_refused(struct checker *checker, const struct record *record,
    const struct registrant_life *registrant)
{
	bool inside = world_is_inside_of(
	    &checker->world, record->thread, registrant->number);

	(void)expect(checker,
	    inside || registrant->leaving > 1 || registrant->over == 0 ||
		registrant->asked_away != 0,
	    G4, "unregister was refused without a reason", record,
	    registrant->called);
}

static void
unregister_returned(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct registrant_life *registrant =
	    world_registrant(world, record->registrant);

	if (registrant == NULL)
		return;
	if (record->kind == RECORD_RETURN && record->result != 0) {
		unregister_refused(checker, record, registrant);
		return;
	}
	if (record->kind == RECORD_RETURN)
		(void)expect(checker,
		    !world_is_inside_of(
			world, record->thread, registrant->number),
		    G11, "unregister accepted inside one's own callback",
		    record, registrant->called);
	if (world_ends_now(world, record) || record->kind == RECORD_DONE)
		expect_left(checker, record, registrant,
		    "unregister returned before all of it was over");
}

/* The destroys of an unregistration begin when all its shutdowns are over. */
static void
destroy_after_shutdowns(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct instance_life *instance =
	    world_instance(world, record->instance);
	const struct pair_life *pair;
	uint32_t i;

	if (instance == NULL || instance->destroy_called != 0)
		return;
	for (i = 0; i < world->instance_count; i++) {
		pair = world_pair(&world->instances[i], record->registrant);
		if (pair != NULL)
			(void)expect(checker, !pair_is_up(world, pair), G4,
			    "unregister ran a destroy before the last "
			    "shutdown",
			    record, pair->since);
	}
}

/* A name can be used again when the last destroy has returned. */
static void
name_freed(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct registrant_life *other;
	uint32_t i;

	for (i = 1; i < world->registrant_count; i++) {
		other = &world->registrants[i];
		if (other->number != record->registrant &&
		    other->name == record->name && other->returned != 0 &&
		    other->leaving > 0)
			expect_left(checker, record, other,
			    "a name was free before its registrant had left");
	}
}

static void
all_left(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	uint32_t i;

	for (i = 1; i < world->registrant_count; i++)
		if (world->registrants[i].asked_away != 0 &&
		    world->registrants[i].left == 0)
			expect_left(checker, record, &world->registrants[i],
			    "unregister from inside a callback never ended");
}

/*
 * G4: unregister runs every shutdown, then every destroy; when it returns,
 * nothing of the registrant runs or will run.
 */
void
judge_unregister(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct registrant_life *owner;

	if (record->kind == RECORD_QUIET) {
		all_left(checker, record);
	} else if (record->kind == RECORD_ENTER) {
		owner = world_registrant(world, world_owner(world, record));
		if (owner != NULL)
			(void)expect(checker, owner->left == 0, G4,
			    "a callback after unregister had returned", record,
			    owner->left);
		if (record->what == WHAT_DESTROY)
			destroy_after_shutdowns(checker, record);
	} else if (record->what == WHAT_UNREGISTER) {
		if (record->kind != RECORD_CALL)
			unregister_returned(checker, record);
	} else if (record->what == WHAT_REGISTER &&
		   record->kind == RECORD_RETURN && record->result == 0) {
		name_freed(checker, record);
	}
}

static bool
is_leaving(const struct checker *checker, uint32_t registrant)
{
	const struct registrant_life *life =
	    world_registrant(&checker->world, registrant);

	return life != NULL && life->leaving > 0;
}

static void
order_of_creates(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct pair_life *pair;
	uint32_t i;

	if (world_pair(instance, record->registrant) != NULL)
		return;
	for (i = 0; i < instance->pair_count; i++) {
		pair = &instance->pairs[i];
		(void)expect(checker,
		    !world_came_earlier(
			&checker->world, record->registrant, pair->registrant),
		    G5, "creates not in registration order", record,
		    pair->since);
	}
}

/* What an instance's end walks over goes in reverse. */
static void
order_of_walk(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct pair_life *pair,
	    *own = world_pair(instance, record->registrant);
	bool destroys = record->what == WHAT_DESTROY, waits;

	if (own == NULL || is_leaving(checker, record->registrant))
		return;
	for (pair = own + 1; pair < instance->pairs + instance->pair_count;
	     pair++) {
		if (is_leaving(checker, pair->registrant))
			continue;
		waits = destroys ? pair->state == LIFE_DOWN ||
				       pair->state == LIFE_ACTIVE
				 : pair->state == LIFE_ACTIVE &&
				       pair_is_up(&checker->world, pair);
		(void)expect(checker, !waits, G5,
		    "shutdowns or destroys not in reverse registration order",
		    record, pair->since);
	}
}

/* With one of everything, a sweep is seen to ascend. */
static void
order_of_sweep(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct registrant_life *registrant =
	    world_registrant(&checker->world, record->registrant);
	bool sweeps;

	if (!checker->config.serial || registrant == NULL ||
	    instance->stop_called != 0)
		return;
	sweeps = record->what == WHAT_CREATE
		     ? registrant->returned == 0
		     : registrant->leaving > 0 && registrant->asked_away == 0;
	if (sweeps && registrant->sweeping == record->what)
		(void)expect(checker, registrant->swept < record->instance, G5,
		    "instances not ascending by id", record, 0);
}

/*
 * G5: on an instance, creates in registration order, shutdowns and destroys in
 * reverse; instances ascending by id.
 */
void
judge_order(struct checker *checker, const struct record *record)
{
	const struct instance_life *instance =
	    world_instance(&checker->world, record->instance);

	if (record->kind != RECORD_ENTER || !is_of_pair(record) ||
	    instance == NULL)
		return;
	if (record->what == WHAT_CREATE)
		order_of_creates(checker, record, instance);
	else
		order_of_walk(checker, record, instance);
	order_of_sweep(checker, record, instance);
}

/* A call on the callback's own instance returned: it has acted. */
static void
acted_at_once(struct checker *checker, const struct record *record,
    const struct instance_life *instance)
{
	const struct world *world = &checker->world;
	const struct registrant_life *registrant =
	    world_registrant(world, record->registrant);
	const struct notifier_life *notifier =
	    world_notifier(world, record->notifier);
	const struct pair_life *pair;

	if (record->what == WHAT_REGISTER) {
		expect_created(checker, record, registrant, instance, G12);
	} else if (record->what == WHAT_UNREGISTER) {
		pair = world_pair(instance, record->registrant);
		if (pair != NULL)
			(void)expect(checker, !pair_is_up(world, pair), G12,
			    "unregister did not act at once where it was "
			    "called",
			    record, pair->since);
	} else if (record->instance == instance->id && notifier != NULL) {
		if (record->what == WHAT_NOTIFY_REGISTER)
			expect_told(checker, record, notifier, G12);
		else if (record->what == WHAT_NOTIFY_UNREGISTER)
			expect_farewell(checker, record, notifier, G12,
			    "unregister left something untold");
	}
}

/*
 * G12: a call from inside a callback acts at once on the callback's own
 * instance; on others it is queued, so the thread enters none of theirs.
 */
void
judge_nested(struct checker *checker, const struct record *record)
{
	const struct world *world = &checker->world;
	const struct frame_life *inside = world_inside(world, record->thread);
	const struct instance_life *instance;

	if (inside == NULL)
		return;
	instance = world_instance(world, inside->instance);
	if (record->kind == RECORD_ENTER)
		(void)expect(checker, record->instance == inside->instance, G12,
		    "a callback of one instance inside another's", record, 0);
	else if (record->kind == RECORD_RETURN && record->result == 0 &&
		 instance != NULL && (record->extra & REGISTER_LATER) == 0)
		acted_at_once(checker, record, instance);
}
