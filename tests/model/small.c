/* SPDX-License-Identifier: Apache-2.0 */
/*
 * small.c, of the exhaustive test: owns what is in the program's memory besides
 * the core and the checker; all of it is part of the state that exhaustive.c
 * keeps.
 */
#include "small.h"

#include <string.h>
#include <time.h>

#include "arena.h"
#include "core/object/owner_impl.h"
#include "core/callback/step.h"
#include "stub_pool.h"

static const char *const action_words[ACTIONS] = {"create A", "create B",
    "shutdown A", "shutdown B", "destroy A", "destroy B", "register 1",
    "register 2", "unregister 1", "unregister 2", "run 0", "run 1", "end 0",
    "end 1", "fail 0", "fail 1"};

static struct {
	const struct small_rules *rules;
	struct small_outside *outside;
	struct checker *checker;
	struct instance *instances[INSTANCES]; /* references, until destroy */
	netid_t ids[INSTANCES];
	struct step *steps[INSTANCES]; /* pending, by id */
	net_instance_t callbacks[REGISTRANTS];
	bool made[CALLS], over[CALLS];
} model;

/* The clock stands still. */
int __wrap_clock_gettime(clockid_t id, struct timespec *now);

int
__wrap_clock_gettime(clockid_t id, struct timespec *now)
{
	*now = (struct timespec){.tv_sec = 1};
	return 0;
}

const char *
action_word(enum action action)
{
	return action_words[action];
}

static void
expect_state(bool condition, enum guarantee guarantee, const char *sentence)
{
	static const struct record nothing = {.kind = RECORD_QUIET};
	struct breakage breakage = {guarantee, sentence, &nothing, 0};

	model.outside->tally.checks++;
	if (condition)
		return;
	model.outside->tally.breaks++;
	model.outside->tally.breaks_of[guarantee]++;
	model.outside->report(NULL, &breakage);
}

/* the log ---------------------------------------------------------------- */

/*
 * The checker compares no sequence numbers, so that all are the same here: a
 * state then does not depend on how many records led to it.
 */
static void
feed(struct record *record, enum record_kind kind)
{
	record->sequence = 1;
	record->kind = (uint8_t)kind;
	checker_feed(model.checker, record);
}

static struct record
call_record(enum action action)
{
	static const uint8_t whats[] = {WHAT_INSTANCE_CREATE,
	    WHAT_INSTANCE_SHUTDOWN, WHAT_INSTANCE_DESTROY, WHAT_REGISTER,
	    WHAT_UNREGISTER};
	unsigned which = (unsigned)action % 2;
	struct record record = {.what = whats[action / 2],
	    .number = (uint32_t)action + 1,
	    .instance = -1};

	if (action >= REGISTER_1) {
		record.registrant = which + 1;
		record.name = (uint16_t)which;
		record.extra = REGISTER_LATER;
		if (which == 1 && model.rules->no_shutdown)
			record.extra |= REGISTER_NO_SHUTDOWN;
	} else {
		record.instance = model.ids[which];
	}
	return record;
}

/* callbacks -------------------------------------------------------------- */

static struct record
step_record(const struct step *step)
{
	static const uint8_t whats[] = {
	    [CALLBACK_CREATE] = WHAT_CREATE,
	    [CALLBACK_SHUTDOWN] = WHAT_SHUTDOWN,
	    [CALLBACK_DESTROY] = WHAT_DESTROY,
	};
	uint32_t number =
	    (uint32_t)(step->registrant->callbacks.nin_name[0] - '0');

	return (struct record){
	    .what = whats[step->callback],
	    .number = number,
	    .registrant = number,
	    .instance = step->instance->id,
	    .context = (uintptr_t)step->context,
	    .thread = (uint16_t)(1 + step->instance->id),
	};
}

static enum step_result
step_start(struct step *step)
{
	struct record record = step_record(step);

	model.outside->callbacks++;
	expect_state(model.steps[step->instance->id] == NULL, G1,
	    "a callback was begun while another one was under way");
	model.steps[step->instance->id] = step;
	feed(&record, RECORD_ENTER);
	return STEP_PENDING;
}

static const struct pair_driver driver = {
    .deferred = true, .start = step_start};

static void
step_end(unsigned id, bool succeeds)
{
	struct step *step = model.steps[id];
	struct record record = step_record(step);

	if (step->callback == CALLBACK_CREATE)
		record.context = succeeds ? record.registrant * 16 + id + 1 : 0;
	model.steps[id] = NULL;
	feed(&record, RECORD_LEAVE);
	step_complete(step, (void *)(uintptr_t)record.context);
}

/* Never called: the driver stands in their place. */
static void *
create_nothing(const netid_t id)
{
	return NULL;
}

static void
end_nothing(const netid_t id, void *context)
{
}

/* actions ---------------------------------------------------------------- */

static void
call_done(void *arg, int error)
{
	bool *over = arg;
	struct record record = call_record((enum action)(over - model.over));

	*over = true;
	record.result = error;
	feed(&record, RECORD_DONE);
}

static int
call_instance(enum action action)
{
	static const char *const names[INSTANCES] = {"A", "B"};
	struct instance_config config = {.source = "model"};
	unsigned which = (unsigned)action % 2;
	struct instance *instance = model.instances[which];
	bool *over = &model.over[action];
	int error;

	if (action <= CREATE_B) {
		config.name = names[which];
		error = instance_create(
		    &config, &model.instances[which], call_done, over);
		model.ids[which] = instance_id(model.instances[which]);
		return error;
	}
	if (action <= SHUTDOWN_B)
		return instance_shutdown(instance, call_done, over);
	model.instances[which] = NULL;
	error = instance_destroy(instance, call_done, over);
	instance_release(instance);
	return error;
}

static int
call_registrant(enum action action)
{
	const net_instance_t *callbacks = &model.callbacks[action % 2];
	bool *over = &model.over[action];

	if (action <= REGISTER_2)
		return registrant_register_driven(
		    owner_daemon(), callbacks, NULL, &driver, call_done, over);
	return registrant_unregister(callbacks, call_done, over);
}

static void
call(enum action action)
{
	struct record record = call_record(action);

	model.made[action] = true;
	/* Destroying shuts down too; whether that was asked for is history. */
	if ((action == DESTROY_A || action == DESTROY_B) &&
	    !model.made[action - 2])
		model.made[action - 2] = model.over[action - 2] = true;
	feed(&record, RECORD_CALL);
	record.result = action >= REGISTER_1 ? call_registrant(action)
					     : call_instance(action);
	expect_state(record.result == 0, G0, "a call was refused");
	if (action < REGISTER_1)
		record.instance = model.ids[action % 2];
	feed(&record, RECORD_RETURN);
}

/* What has to be asked for first, or be over; what rules it out. */
static bool
call_is_possible(enum action action)
{
	const bool *made = model.made;
	bool waits = action >= REGISTER_1 ? model.rules->registrants_wait
					  : model.rules->instances_wait;
	const bool *first = waits ? model.over : made;
	unsigned which = (unsigned)action % 2;

	if (made[action] ||
	    which >= (action >= REGISTER_1 ? model.rules->registrants
					   : model.rules->instances))
		return false;
	switch (action - which) {
	case CREATE_A:
	case REGISTER_1:
		return which == 0 || made[action - 1];
	case SHUTDOWN_A:
		return first[CREATE_A + which] && !made[DESTROY_A + which];
	case DESTROY_A:
		return first[CREATE_A + which] &&
		       (!made[SHUTDOWN_A + which] || first[SHUTDOWN_A + which]);
	default:
		return first[REGISTER_1 + which];
	}
}

bool
small_can(enum action action)
{
	const struct step *step = model.steps[action % 2];

	if (action < CALLS)
		return call_is_possible(action);
	if (action <= RUN_1)
		return stub_pool_strand((int)action % 2) != NULL;
	return step != NULL &&
	       (action <= END_1 ||
		   (model.rules->fails && step->callback == CALLBACK_CREATE));
}

void
small_do(enum action action)
{
	struct strand *strand;
	int i;

	if (action < CALLS) {
		call(action);
	} else if (action <= RUN_1) {
		stub_pool_run((int)action % 2);
	} else {
		step_end((unsigned)action % 2, action <= END_1);
		if (model.rules->continues)
			stub_pool_run((int)action % 2);
	}
	for (i = 0; i < INSTANCES; i++) {
		strand = stub_pool_strand(i);
		if (strand == NULL && model.steps[i] != NULL)
			strand = &model.steps[i]->instance->strand;
		if (strand != NULL)
			stub_pool_tidy(strand);
	}
}

/* beginning and end ------------------------------------------------------ */

void
small_begin(const struct small_rules *rules, struct small_outside *outside)
{
	struct checker_config checker = {
	    .report = outside->report, .tally = &outside->tally};
	struct core_config config = {.workers = 1};
	static const char *const names[REGISTRANTS] = {"1", "2"};
	unsigned i;

	memset(&model, 0, sizeof(model));
	model.rules = rules;
	model.outside = outside;
	(void)core_start(&config);
	model.checker = checker_create(&checker);
	for (i = 0; i < INSTANCES; i++)
		model.ids[i] = -1;
	for (i = 0; i < REGISTRANTS; i++)
		model.callbacks[i] = (net_instance_t){
		    .nin_version = NETINFO_VERSION,
		    .nin_name = names[i],
		    .nin_create = create_nothing,
		    .nin_destroy = end_nothing,
		    .nin_shutdown =
			i == 1 && model.rules->no_shutdown ? NULL : end_nothing,
		};
}

void
small_check_quiet(void)
{
	struct record record = {0};
	unsigned i;

	for (i = RUN_0; i < ACTIONS; i++)
		if (small_can((enum action)i))
			return;
	for (i = 0; i < CALLS; i++)
		expect_state(model.over[i] == model.made[i], G11,
		    "nothing can run, but a call is not over");
	feed(&record, RECORD_QUIET);
}

void
small_end(void)
{
	checker_end(model.checker);
	checker_free(model.checker);
	core_stop();
	expect_state(arena_objects() == 0, G0, "memory was left");
}
