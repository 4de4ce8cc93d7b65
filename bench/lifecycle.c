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
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <uthash.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
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
	(void)id;
	calls++;
	return &context;
}

/* For more than one worker. */
static void *
create_shared(const netid_t id)
{
	(void)id;
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
	(void)id;
	(void)arg;
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

static void
prepare(const void *arg)
{
	const struct plan *plan = arg;

	measure_pin(0, plan->cpus);
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

/*
 * The bare loop. Its table keeps its buckets from round to round, as that of
 * a daemon that runs for long would.
 */
struct bare {
	int id;
	void *context;
	UT_hash_handle hh;
};

static struct bare *bare_table;

static double
bare_loop(size_t instances, create_fn *create)
{
	static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER;
	static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;
	create_fn *volatile through = create;
	int64_t start = clock_monotonic();
	struct bare *bare;
	size_t i;

	for (i = 0; i < instances; i++) {
		(void)pthread_mutex_lock(&outer);
		(void)pthread_mutex_unlock(&outer);
		bare = memory_alloc(sizeof(*bare));
		bare->id = (int)i;
		bare->context = through(bare->id);
		(void)pthread_mutex_lock(&inner);
		(void)pthread_mutex_unlock(&inner);
		HASH_ADD_INT(bare_table, id, bare);
	}
	return (double)(clock_monotonic() - start) / (double)instances;
}

/* Empties the table but for one item: the last one would take the buckets. */
static void
bare_clear(void)
{
	struct bare *bare, *next;

	HASH_ITER (hh, bare_table, bare, next) {
		if (bare->id == -1)
			continue;
		HASH_DEL(bare_table, bare);
		free(bare);
	}
}

static void
bare_prepare(const void *arg)
{
	struct bare *keeper = memory_zalloc(sizeof(*keeper));

	prepare(arg);
	keeper->id = -1;
	HASH_ADD_INT(bare_table, id, keeper);
}

/* Adds nanoseconds per instance: of registering, of unregistering. */
static void
registration_turn(size_t instances, create_fn *create, double *results)
{
	int64_t start = clock_monotonic(), middle;

	register_one(0, create);
	middle = clock_monotonic();
	unregister_one(0, create);
	results[0] += (double)(middle - start) / (double)instances;
	results[1] += (double)(clock_monotonic() - middle) / (double)instances;
}

/* Adds nanoseconds per instance of the bare loop over as many. */
static void
bare_turn(size_t instances, create_fn *create, double *results)
{
	results[2] += bare_loop(instances, create);
	bare_clear();
}

static void
take_turns(const struct plan *plan, create_fn *create,
    void (*turn)(size_t instances, create_fn *create, double *results),
    double *results)
{
	unsigned i;

	for (i = 0; i < SUBJECT_RESULTS_MAX; i++)
		results[i] = 0;
	for (i = 0; i < plan->repeats; i++)
		turn(plan->instances, create, results);
	for (i = 0; i < SUBJECT_RESULTS_MAX; i++)
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
	double bare[SUBJECT_RESULTS_MAX] = {0};

	bare_turn(plan->instances, create_counted, bare);
	take_turns(plan, create_counted, bare_turn, bare);
	measure_replay(arg, results);
	results[2] = bare[2];
}

/* Nanoseconds from asking for an instance to its last create, and per create */
static void
measure_birth(const void *arg, double *results)
{
	const struct plan *plan = arg;
	struct instance *instance;
	int64_t start, total = 0;
	unsigned i;

	calls = 0;
	for (i = 0; i < plan->repeats; i++) {
		start = clock_monotonic();
		instance = population_create_one();
		total += clock_monotonic() - start;
		population_destroy_one(instance);
	}
	if (calls != (unsigned long)plan->repeats * plan->registrants)
		measure_fail("create was called %lu times", calls);
	results[0] = (double)total / plan->repeats;
	results[1] =
	    plan->registrants == 0 ? 0 : results[0] / plan->registrants;
}

/* Milliseconds of slow creates: by the core, then one after the other. */
static void
measure_slow(const void *arg, double *results)
{
	const struct plan *plan = arg;
	int64_t start = clock_monotonic();
	size_t i;

	register_one(0, create_slow);
	results[0] = (double)(clock_monotonic() - start) / NS_PER_MS;
	unregister_one(0, create_slow);
	start = clock_monotonic();
	for (i = 0; i < plan->instances; i++)
		(void)create_slow(0);
	results[1] = (double)(clock_monotonic() - start) / NS_PER_MS;
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
    [REPLAY_SMALL] = {prepare, measure_replay, finish, .results = 2},
    [REPLAY_MIDDLE] = {bare_prepare, measure_against_bare, finish,
	.results = 3},
    [REPLAY_LARGE] = {prepare, measure_replay, finish, .results = 2},
    [REPLAY_PARALLEL] = {prepare, measure_parallel_replay, finish,
	.results = 2},
    [BIRTH_NONE] = {prepare, measure_birth, finish, .results = 2},
    [BIRTH_FEW] = {prepare, measure_birth, finish, .results = 2},
    [BIRTH_MANY] = {prepare, measure_birth, finish, .results = 2},
    [SLOW] = {prepare, measure_slow, finish, .results = 2},
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

/* What each registrant adds to a birth; that of nobody is taken off. */
static void
add_to_birth(enum which which, struct measure_samples *added)
{
	const struct plan *plan = subjects[which].plan;
	const double *none = subjects[BIRTH_NONE].samples[0].values;
	const struct measure_samples *whole = &subjects[which].samples[0];
	unsigned i;

	for (i = 0; i < whole->count; i++)
		measure_add(
		    added, (whole->values[i] - none[i]) / plan->registrants);
}

static struct measure_samples added_by_few, added_by_many;

static void
print_births(void)
{
	measure_print_row("birth of an instance, no registrant, whole", "ns",
	    &subjects[BIRTH_NONE].samples[0]);
	measure_print_row("birth of an instance, 10 registrants", "ns",
	    &subjects[BIRTH_FEW].samples[1]);
	measure_print_row("birth of an instance, 300 registrants", "ns",
	    &subjects[BIRTH_MANY].samples[1]);
	add_to_birth(BIRTH_FEW, &added_by_few);
	add_to_birth(BIRTH_MANY, &added_by_many);
	measure_print_row(
	    "added to a birth by each of 10", "ns", &added_by_few);
	measure_print_row(
	    "added to a birth by each of 300", "ns", &added_by_many);
}

static void
print_table(void)
{
	measure_print_head("Callbacks of the core alone, per callback unless "
			   "said otherwise");
	print_replay_row(REPLAY_SMALL, 0, "register");
	print_replay_row(REPLAY_MIDDLE, 0, "register");
	print_replay_row(REPLAY_LARGE, 0, "register");
	print_replay_row(REPLAY_PARALLEL, 0, "register");
	print_replay_row(REPLAY_MIDDLE, 2, "bare loop");
	print_replay_row(REPLAY_SMALL, 1, "unregister (2)");
	print_replay_row(REPLAY_MIDDLE, 1, "unregister (2)");
	print_replay_row(REPLAY_LARGE, 1, "unregister (2)");
	print_births();
	measure_print_row("1 ms callbacks, 16 workers, whole", "ms",
	    &subjects[SLOW].samples[0]);
	measure_print_row("1 ms callbacks, one after the other, whole", "ms",
	    &subjects[SLOW].samples[1]);
}

struct comparison {
	struct measure_target target;
	const struct measure_samples *over, *under;
};

static const struct comparison comparisons[] = {
    {{"register, T(30k) / T(1k)", MEASURE_AT_MOST, 1.5},
	&subjects[REPLAY_MIDDLE].samples[0],
	&subjects[REPLAY_SMALL].samples[0]},
    {{"register, T(1M) / T(1k)", MEASURE_AT_MOST, 3},
	&subjects[REPLAY_LARGE].samples[0], &subjects[REPLAY_SMALL].samples[0]},
    {{"birth, T(300 registrants) / T(10)", MEASURE_AT_MOST, 1.5},
	&subjects[BIRTH_MANY].samples[1], &subjects[BIRTH_FEW].samples[1]},
    {{"added to a birth, T(300 registrants) / T(10)", MEASURE_AT_MOST, 1.5},
	&added_by_many, &added_by_few},
    {{"register / bare loop, 30k", MEASURE_AT_MOST, 4},
	&subjects[REPLAY_MIDDLE].samples[0],
	&subjects[REPLAY_MIDDLE].samples[2]},
    {{"1 ms callbacks, serial / 16 workers", MEASURE_AT_LEAST, 12},
	&subjects[SLOW].samples[1], &subjects[SLOW].samples[0]},
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
	unsigned round, i;

	measure_read_options(argc, argv, usage, &options);
	for (i = 0; i < SUBJECTS; i++) {
		subjects[i].plan = &plans[options.smoke][i];
		subject_start(&subjects[i]);
		subject_warm(&subjects[i]);
	}
	for (round = 0; round < options.rounds; round++)
		for (i = 0; i < SUBJECTS; i++)
			subject_measure(&subjects[(round + i) % SUBJECTS]);
	for (i = 0; i < SUBJECTS; i++)
		subject_stop(&subjects[i]);
	print_table();
	print_comparisons();
	return 0;
}
