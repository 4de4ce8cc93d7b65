/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exhaustive.c: every interleaving of two registrants and two instances, each
 * created, shut down and destroyed, registered and unregistered.
 *
 * The core runs on a pool without threads (stub_pool.h), and its callbacks are
 * driven so that the beginning and the end of each is a moment of its own. At
 * any moment one of these may be next: a call not made yet, one job of any
 * strand that can run, or the end of any callback under way, with success or,
 * for create, without. The search goes depth first through all of it; going
 * back is putting the program's memory back (arena.h).
 *
 * A state that was reached before is not gone into again. That leaves nothing
 * out: what can happen from here on, and what the checker will say to it, is a
 * function of the program's memory alone, because there is one thread, the
 * clock stands still, and the checker's state is in that memory too. The
 * fingerprints of n states collide with a chance of n^2 / 2^129.
 *
 * One job is the smallest unit here: what two threads do to each other within
 * jobs is the business of ordering.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "base/log.h"
#include "checker.h"
#include "core/pair.h"
#include "stub_pool.h"

#define INSTANCES   2
#define REGISTRANTS 2
#define DEPTH_MAX   200
#define STATES_MAX  ((size_t)1 << 24) /* a power of two */
#define BREAKS_MAX  5

enum action {
	CREATE_A,
	CREATE_B,
	SHUTDOWN_A,
	SHUTDOWN_B,
	DESTROY_A,
	DESTROY_B,
	REGISTER_1,
	REGISTER_2,
	UNREGISTER_1,
	UNREGISTER_2,
	RUN_0, /* one job of the instance with that id */
	RUN_1,
	END_0, /* of the callback under way on that instance */
	END_1,
	FAIL_0, /* the same, a create that returns NULL */
	FAIL_1
};
#define ACTIONS (FAIL_1 + 1)
#define CALLS	RUN_0 /* the actions below are calls */

static const char *const action_words[ACTIONS] = {"create A", "create B",
    "shutdown A", "shutdown B", "destroy A", "destroy B", "register 1",
    "register 2", "unregister 1", "unregister 2", "run 0", "run 1", "end 0",
    "end 1", "fail 0", "fail 1"};

/* What is in the program's memory besides the core: part of the state. */
static struct {
	struct checker *checker;
	struct owner *owner;
	struct instance *instances[INSTANCES]; /* references, until destroy */
	netid_t ids[INSTANCES];
	struct step *steps[INSTANCES]; /* pending, by id */
	net_instance_t callbacks[REGISTRANTS];
	bool made[CALLS], over[CALLS];
} model;

/* What the search itself knows; no part of the state. */
struct search {
	struct checker_tally tally;
	uint64_t states, transitions, ends, callbacks, met_again, breaks;
	unsigned depth, deepest;
	double paths;
	bool no_shutdown; /* the second registrant has none */
	enum action path[DEPTH_MAX];
	void *kept[DEPTH_MAX];
	struct visited {
		struct fingerprint print; /* {0, 0}: empty */
		double paths;
	} * visited;
};
static struct search *search;

/* The clock stands still. */
int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int
__wrap_clock_gettime(clockid_t id, struct timespec *now)
{
	(void)id;
	*now = (struct timespec){.tv_sec = 1};
	return 0;
}

/* reporting -------------------------------------------------------------- */

static void
print_path(void)
{
	unsigned i;

	if (++search->breaks > BREAKS_MAX)
		return;
	(void)fprintf(stderr, "    when:");
	for (i = 0; i < search->depth; i++)
		(void)fprintf(stderr, "%s %s", i > 0 ? "," : "",
		    action_words[search->path[i]]);
	(void)fprintf(stderr, "\n");
}

static void
report(void *arg, const struct breakage *breakage)
{
	if (search->breaks < BREAKS_MAX)
		checker_print(arg, breakage);
	print_path();
}

static void
expect_state(bool condition, const char *sentence)
{
	search->tally.checks++;
	if (condition)
		return;
	search->tally.breaks++;
	if (search->breaks < BREAKS_MAX)
		(void)fprintf(stderr, "broken: %s\n", sentence);
	print_path();
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
		if (which == 1 && search->no_shutdown)
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

	search->callbacks++;
	expect_state(model.steps[step->instance->id] == NULL,
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
	(void)id;
	return NULL;
}

static void
end_nothing(const netid_t id, void *context)
{
	(void)id;
	(void)context;
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
		    model.owner, callbacks, NULL, &driver, call_done, over);
	return registrant_unregister(callbacks, call_done, over);
}

static void
call(enum action action)
{
	struct record record = call_record(action);

	model.made[action] = true;
	feed(&record, RECORD_CALL);
	record.result = action >= REGISTER_1 ? call_registrant(action)
					     : call_instance(action);
	expect_state(record.result == 0, "a call was refused");
	if (action < REGISTER_1)
		record.instance = model.ids[action % 2];
	feed(&record, RECORD_RETURN);
}

/* What has to be asked for first; what rules it out. */
static bool
call_is_possible(enum action action)
{
	const bool *made = model.made;
	unsigned which = (unsigned)action % 2;

	if (made[action])
		return false;
	if (action <= CREATE_B || action == REGISTER_1 || action == REGISTER_2)
		return true;
	if (action <= SHUTDOWN_B)
		return made[CREATE_A + which] && !made[DESTROY_A + which];
	if (action <= DESTROY_B)
		return made[CREATE_A + which];
	return made[REGISTER_1 + which];
}

static bool
is_possible(enum action action)
{
	const struct step *step = model.steps[action % 2];

	if (action < CALLS)
		return call_is_possible(action);
	if (action <= RUN_1)
		return stub_pool_strand((int)action % 2) != NULL;
	return step != NULL &&
	       (action <= END_1 || step->callback == CALLBACK_CREATE);
}

static void
perform(enum action action)
{
	struct strand *strand;
	int i;

	if (action < CALLS)
		call(action);
	else if (action <= RUN_1)
		stub_pool_run((int)action % 2);
	else
		step_end((unsigned)action % 2, action <= END_1);
	for (i = 0; i < INSTANCES; i++) {
		strand = stub_pool_strand(i);
		if (strand == NULL && model.steps[i] != NULL)
			strand = &model.steps[i]->instance->strand;
		if (strand != NULL)
			stub_pool_tidy(strand);
	}
}

/* the search ------------------------------------------------------------- */

static void
begin(void)
{
	struct checker_config checker = {
	    .report = report, .tally = &search->tally};
	struct core_config config = {.workers = 1};
	static const char *const names[REGISTRANTS] = {"1", "2"};
	unsigned i;

	memset(&model, 0, sizeof(model));
	(void)core_start(&config);
	model.checker = checker_create(&checker);
	model.owner = owner_create("model");
	for (i = 0; i < INSTANCES; i++)
		model.ids[i] = -1;
	for (i = 0; i < REGISTRANTS; i++)
		model.callbacks[i] = (net_instance_t){
		    .nin_version = NETINFO_VERSION,
		    .nin_name = names[i],
		    .nin_create = create_nothing,
		    .nin_destroy = end_nothing,
		    .nin_shutdown =
			i == 1 && search->no_shutdown ? NULL : end_nothing,
		};
}

/* Nothing can run: then all that was asked for is over. */
static void
check_quiet(void)
{
	struct record record = {0};
	unsigned i;

	for (i = RUN_0; i < ACTIONS; i++)
		if (is_possible((enum action)i))
			return;
	for (i = 0; i < CALLS; i++)
		expect_state(model.over[i] == model.made[i],
		    "nothing can run, but a call is not over");
	feed(&record, RECORD_QUIET);
}

/* Everything was done and is over: nothing may be left of it. */
static void
check_end(void)
{
	search->ends++;
	checker_end(model.checker);
	checker_free(model.checker);
	owner_release(model.owner);
	core_stop();
	expect_state(arena_objects() == 0, "memory was left");
}

static struct visited *
visited_find(struct fingerprint print)
{
	size_t at = print.low & (STATES_MAX - 1);
	struct visited *visited = &search->visited[at];

	while ((visited->print.low != 0 || visited->print.high != 0) &&
	       (visited->print.low != print.low ||
		   visited->print.high != print.high)) {
		at = (at + 1) & (STATES_MAX - 1);
		visited = &search->visited[at];
	}
	return visited;
}

static void
visited_add(struct visited *visited, struct fingerprint print)
{
	visited->print = print;
	if (++search->states > STATES_MAX / 4 * 3) {
		(void)fprintf(stderr, "exhaustive: too many states\n");
		abort();
	}
}

/* Goes on from the state that the memory is in; returns how many paths. */
static double
explore(void)
{
	struct fingerprint print = arena_fingerprint();
	struct visited *visited = visited_find(print);
	unsigned depth = search->depth, action, tried = 0;
	double paths = 0;

	if (visited->print.low != 0 || visited->print.high != 0) {
		search->met_again++;
		return visited->paths;
	}
	visited_add(visited, print);
	check_quiet();
	if (depth > search->deepest)
		search->deepest = depth;
	for (action = 0; action < ACTIONS; action++) {
		if (!is_possible((enum action)action))
			continue;
		if (tried++ == 0)
			arena_keep(search->kept[depth]);
		search->path[depth] = (enum action)action;
		search->depth = depth + 1;
		search->transitions++;
		perform((enum action)action);
		paths += explore();
		search->depth = depth;
		arena_restore(search->kept[depth]);
	}
	if (tried == 0) {
		check_end();
		paths = 1;
	}
	visited->paths = paths;
	return paths;
}

static bool
run(bool no_shutdown)
{
	unsigned i;

	search = arena_private(sizeof(*search));
	search->visited = arena_private(STATES_MAX * sizeof(*search->visited));
	search->no_shutdown = no_shutdown;
	for (i = 0; i < DEPTH_MAX; i++)
		search->kept[i] = arena_private(arena_size_max());
	begin();
	search->paths = explore();
	(void)printf("exhaustive: %s: %lu states, %lu transitions, %.3g "
		     "paths of at most %u moments, %lu callbacks; %lu ends; "
		     "met again %lu; %lu checks; %lu breaks\n",
	    no_shutdown ? "one registrant without shutdown"
			: "two registrants, two instances",
	    (unsigned long)search->states, (unsigned long)search->transitions,
	    search->paths, search->deepest, (unsigned long)search->callbacks,
	    (unsigned long)search->ends, (unsigned long)search->met_again,
	    (unsigned long)search->tally.checks,
	    (unsigned long)search->tally.breaks);
	return search->tally.breaks == 0;
}

int
main(void)
{
	bool good;

	arena_open();
	log_set_level(LOG_ERROR);
	good = run(false);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
