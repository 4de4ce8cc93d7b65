/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle.c: what a callback costs in the core alone, without a daemon
 * around it: over how many instances, for how many registrants, against a loop
 * that does the least imaginable, and how well slow callbacks run in parallel.
 *
 * Each population lives in a process of its own (subject.h) and is measured in
 * turn. Except where said, there is one worker and everything is on one CPU,
 * so that the time is the whole cost, not what parallel running hides of it.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bare.h"
#include "base/check.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "measure.h"
#include "population.h"
#include "subject.h"

static const char usage[] =
    "Measures the cost per callback in the core alone.\n";

/* What one child holds, and how often it repeats inside one measurement. */
struct plan {
	unsigned workers, cpus;
	size_t instances; /* the global one included */
	unsigned registrants;
	unsigned repeats;
};

static char context; /* what create returns: any address will do */
static unsigned long calls;
static atomic_ulong shared_calls;

static void *
create_counted(const netid_t id)
{
	calls++;
	return &context;
}

/* For more than one worker. */
static void *
create_shared(const netid_t id)
{
	(void)atomic_fetch_add_explicit(&shared_calls, 1, memory_order_relaxed);
	return &context;
}

static void *
create_slow(const netid_t id)
{
	const struct timespec pause = {.tv_nsec = NS_PER_MS};

	(void)nanosleep(&pause, NULL);
	return create_shared(id);
}

static void
remove_nothing(const netid_t id, void *arg)
{
}

typedef void *create_fn(const netid_t);

static void
register_one(unsigned number, create_fn *create)
{
	char name[32];
	net_instance_t registrant = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = name,
	    .nin_create = create,
	    .nin_shutdown = remove_nothing,
	    .nin_destroy = remove_nothing,
	};

	(void)snprintf(name, sizeof(name), "bench-%u", number);
	if (net_instance_register(&registrant) != DDI_SUCCESS)
		measure_fail("cannot register %s", name);
}

static void
unregister_one(unsigned number, create_fn *create)
{
	char name[32];
	net_instance_t registrant = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = name,
	    .nin_create = create,
	    .nin_shutdown = remove_nothing,
	    .nin_destroy = remove_nothing,
	};

	(void)snprintf(name, sizeof(name), "bench-%u", number);
	if (net_instance_unregister(&registrant) != DDI_SUCCESS)
		measure_fail("cannot unregister %s", name);
}

static unsigned registered;

/*
 * What is on one CPU is charged CPU time: it is never idle there, and what
 * else the machine does is left out. The others are about waiting.
 */
static clockid_t cost = CLOCK_PROCESS_CPUTIME_ID;

static void
prepare(const void *arg)
{
	const struct plan *plan = arg;

	measure_pin(0, plan->cpus);
	if (plan->cpus > 1)
		cost = CLOCK_MONOTONIC;
	population_start(plan->workers);
	population_grow(plan->instances - 1);
	for (; registered < plan->registrants; registered++)
		register_one(registered, create_counted);
}

static void
finish(void)
{
	while (registered > 0)
		unregister_one(--registered, create_counted);
	population_stop();
}

/* What a turn adds to, in nanoseconds per instance. */
enum { REGISTERING, UNREGISTERING, REGISTERING_WALL, BARE, TURN_RESULTS };

static void
registration_turn(size_t instances, create_fn *create, double *results)
{
	int64_t wall = clock_monotonic(), start = clock_read(cost), middle;

	register_one(0, create);
	middle = clock_read(cost);
	wall = clock_monotonic() - wall;
	unregister_one(0, create);
	results[REGISTERING] += (double)(middle - start) / (double)instances;
	results[UNREGISTERING] +=
	    (double)(clock_read(cost) - middle) / (double)instances;
	results[REGISTERING_WALL] += (double)wall / (double)instances;
}

static void
bare_turn(size_t instances, create_fn *create, double *results)
{
	int64_t start = clock_read(cost);

	bare_run(instances, create);
	results[BARE] += (double)(clock_read(cost) - start) / (double)instances;
	bare_clear();
}

static void
take_turns(const struct plan *plan, create_fn *create,
    void (*turn)(size_t instances, create_fn *create, double *results),
    double *results)
{
	unsigned i;

	for (i = 0; i < TURN_RESULTS; i++)
		results[i] = 0;
	for (i = 0; i < plan->repeats; i++)
		turn(plan->instances, create, results);
	for (i = 0; i < TURN_RESULTS; i++)
		results[i] /= plan->repeats;
}

static void
measure_replay(const void *arg, double *results)
{
	const struct plan *plan = arg;

	calls = 0;
	take_turns(plan, create_counted, registration_turn, results);
	if (calls != plan->instances * plan->repeats)
		measure_fail("create was called %lu times", calls);
}

static void
measure_parallel_replay(const void *arg, double *results)
{
	const struct plan *plan = arg;

	atomic_store(&shared_calls, 0);
	take_turns(plan, create_shared, registration_turn, results);
	if (atomic_load(&shared_calls) != plan->instances * plan->repeats)
		measure_fail("create was not called for every instance");
}

/*
 * Both one after the other, each with its own memory in the caches: a turn of
 * the bare loop comes first that does not count.
 */
static void
measure_against_bare(const void *arg, double *results)
{
	const struct plan *plan = arg;
	double bare[TURN_RESULTS] = {0};

	bare_turn(plan->instances, create_counted, bare);
	take_turns(plan, create_counted, bare_turn, bare);
	measure_replay(arg, results);
	results[BARE] = bare[BARE];
}

/* Nanoseconds of a birth: the whole, and its share for each registrant. */
enum { BIRTH_WHOLE, BIRTH_SHARE, BIRTH_RESULTS };

static void
measure_birth(const void *arg, double *results)
{
	const struct plan *plan = arg;
	struct instance **born =
	    memory_alloc(plan->repeats * sizeof(struct instance *));
	int64_t start = clock_read(cost);
	unsigned i;

	calls = 0;
	for (i = 0; i < plan->repeats; i++)
		born[i] = population_create_one();
	results[BIRTH_WHOLE] =
	    (double)(clock_read(cost) - start) / plan->repeats;
	results[BIRTH_SHARE] = 0;
	if (plan->registrants > 0)
		results[BIRTH_SHARE] = results[BIRTH_WHOLE] / plan->registrants;
	if (calls != (unsigned long)plan->repeats * plan->registrants)
		measure_fail("create was called %lu times", calls);
	for (i = 0; i < plan->repeats; i++)
		population_destroy_one(born[i]);
	free(born);
}

/* Milliseconds of slow creates: by the core, then one after the other. */
enum { SLOW_PARALLEL, SLOW_SERIAL, SLOW_RESULTS };

static void
measure_slow(const void *arg, double *results)
{
	const struct plan *plan = arg;
	int64_t start = clock_monotonic();
	size_t i;

	register_one(0, create_slow);
	results[SLOW_PARALLEL] =
	    (double)(clock_monotonic() - start) / NS_PER_MS;
	unregister_one(0, create_slow);
	start = clock_monotonic();
	for (i = 0; i < plan->instances; i++)
		(void)create_slow(0);
	results[SLOW_SERIAL] = (double)(clock_monotonic() - start) / NS_PER_MS;
}

enum which {
	REPLAY_SMALL,
	REPLAY_MIDDLE,
	REPLAY_LARGE,
	REPLAY_PARALLEL,
	BIRTH_NONE,
	BIRTH_FEW,
	BIRTH_MANY,
	SLOW,
	SUBJECTS
};

/* Workers, CPUs, instances, registrants, repeats. */
static const struct plan plans[2][SUBJECTS] = {
    {
	[REPLAY_SMALL] = {1, 1, 1000, 0, 500},
	[REPLAY_MIDDLE] = {1, 1, 30000, 0, 20},
	[REPLAY_LARGE] = {1, 1, 1000000, 0, 1},
	[REPLAY_PARALLEL] = {2, 2, 30000, 0, 20},
	[BIRTH_NONE] = {1, 1, 1, 0, 2000},
	[BIRTH_FEW] = {1, 1, 1, 10, 2000},
	[BIRTH_MANY] = {1, 1, 1, 300, 200},
	[SLOW] = {16, 2, 1000, 0, 1},
    },
    {
	[REPLAY_SMALL] = {1, 1, 1000, 0, 10},
	[REPLAY_MIDDLE] = {1, 1, 3000, 0, 3},
	[REPLAY_LARGE] = {1, 1, 10000, 0, 1},
	[REPLAY_PARALLEL] = {2, 2, 3000, 0, 3},
	[BIRTH_NONE] = {1, 1, 1, 0, 100},
	[BIRTH_FEW] = {1, 1, 1, 10, 100},
	[BIRTH_MANY] = {1, 1, 1, 300, 10},
	[SLOW] = {16, 2, 100, 0, 1},
    },
};

static struct subject subjects[SUBJECTS] = {
    [REPLAY_SMALL] = {prepare, measure_replay, finish, .results = TURN_RESULTS},
    [REPLAY_MIDDLE] = {prepare, measure_against_bare, finish,
	.results = TURN_RESULTS},
    [REPLAY_LARGE] = {prepare, measure_replay, finish, .results = TURN_RESULTS},
    [REPLAY_PARALLEL] = {prepare, measure_parallel_replay, finish,
	.results = TURN_RESULTS},
    [BIRTH_NONE] = {prepare, measure_birth, finish, .results = BIRTH_RESULTS},
    [BIRTH_FEW] = {prepare, measure_birth, finish, .results = BIRTH_RESULTS},
    [BIRTH_MANY] = {prepare, measure_birth, finish, .results = BIRTH_RESULTS},
    [SLOW] = {prepare, measure_slow, finish, .results = SLOW_RESULTS},
};

static void
print_replay_row(enum which which, unsigned result, const char *what)
{
	const struct plan *plan = subjects[which].plan;
	char text[96];

	(void)snprintf(text, sizeof(text), "%s, %zu instances, %u worker%s",
	    what, plan->instances, plan->workers, plan->workers > 1 ? "s" : "");
	measure_print_row(text, "ns", &subjects[which].samples[result]);
}

/* What each of many registrants adds to a birth of which nobody is told. */
static void
print_added_to_birth(void)
{
	const struct plan *plan = subjects[BIRTH_MANY].plan;
	const struct measure_samples *none =
	    &subjects[BIRTH_NONE].samples[BIRTH_WHOLE];
	const struct measure_samples *whole =
	    &subjects[BIRTH_MANY].samples[BIRTH_WHOLE];
	struct measure_samples added = {.count = 0};
	unsigned i;

	for (i = 0; i < whole->count; i++)
		measure_add(&added,
		    (whole->values[i] - none->values[i]) / plan->registrants);
	measure_print_row("added to a birth by each of 300", "ns", &added);
}

static void
print_births(void)
{
	measure_print_row("birth of an instance, no registrant, whole", "ns",
	    &subjects[BIRTH_NONE].samples[BIRTH_WHOLE]);
	measure_print_row("birth of an instance, 10 registrants", "ns",
	    &subjects[BIRTH_FEW].samples[BIRTH_SHARE]);
	measure_print_row("birth of an instance, 300 registrants", "ns",
	    &subjects[BIRTH_MANY].samples[BIRTH_SHARE]);
	print_added_to_birth();
}

static void
print_table(void)
{
	measure_print_head("Callbacks of the core alone, per callback unless "
			   "said otherwise");
	print_replay_row(REPLAY_SMALL, REGISTERING, "register");
	print_replay_row(REPLAY_MIDDLE, REGISTERING, "register");
	print_replay_row(REPLAY_LARGE, REGISTERING, "register");
	print_replay_row(REPLAY_MIDDLE, REGISTERING_WALL, "register, wall");
	print_replay_row(REPLAY_PARALLEL, REGISTERING_WALL, "register, wall");
	print_replay_row(REPLAY_MIDDLE, BARE, "bare loop");
	print_replay_row(REPLAY_SMALL, UNREGISTERING, "unregister (2 calls)");
	print_replay_row(REPLAY_MIDDLE, UNREGISTERING, "unregister (2 calls)");
	print_replay_row(REPLAY_LARGE, UNREGISTERING, "unregister (2 calls)");
	print_births();
	measure_print_row("1 ms callbacks, 16 workers, whole", "ms",
	    &subjects[SLOW].samples[SLOW_PARALLEL]);
	measure_print_row("1 ms callbacks, one after the other, whole", "ms",
	    &subjects[SLOW].samples[SLOW_SERIAL]);
}

struct comparison {
	struct measure_target target;
	const struct measure_samples *over, *under;
};

static const struct comparison comparisons[] = {
    {{"register, T(30k) / T(1k)", MEASURE_AT_MOST, 1.5},
	&subjects[REPLAY_MIDDLE].samples[REGISTERING],
	&subjects[REPLAY_SMALL].samples[REGISTERING]},
    {{"register, T(1M) / T(1k)", MEASURE_AT_MOST, 3},
	&subjects[REPLAY_LARGE].samples[REGISTERING],
	&subjects[REPLAY_SMALL].samples[REGISTERING]},
    {{"birth, T(300 registrants) / T(10)", MEASURE_AT_MOST, 1.5},
	&subjects[BIRTH_MANY].samples[BIRTH_SHARE],
	&subjects[BIRTH_FEW].samples[BIRTH_SHARE]},
    {{"register / bare loop, 30k", MEASURE_AT_MOST, 4},
	&subjects[REPLAY_MIDDLE].samples[REGISTERING],
	&subjects[REPLAY_MIDDLE].samples[BARE]},
    {{"1 ms callbacks, serial / 16 workers", MEASURE_AT_LEAST, 12},
	&subjects[SLOW].samples[SLOW_SERIAL],
	&subjects[SLOW].samples[SLOW_PARALLEL]},
};

static void
print_comparisons(void)
{
	const struct comparison *row = comparisons;
	const struct comparison *end = row + ARRAY_LENGTH(comparisons);

	measure_print_targets_head();
	for (; row < end; row++)
		measure_print_ratio(&row->target, row->over, row->under);
}

int
main(int argc, char **argv)
{
	struct measure_options options;
	unsigned i;

	measure_read_options(argc, argv, usage, &options);
	for (i = 0; i < SUBJECTS; i++) {
		subjects[i].plan = &plans[options.smoke][i];
		subject_start(&subjects[i]);
		subject_warm(&subjects[i]);
	}
	subject_measure_all(subjects, SUBJECTS, options.rounds);
	print_table();
	print_comparisons();
	return 0;
}
