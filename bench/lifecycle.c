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

/* The nanoseconds of registering and of unregistering, each per instance. */
static void
time_registration(const struct plan *plan, create_fn *create, double *results)
{
	double callbacks = (double)plan->instances * plan->repeats;
	int64_t start, middle, creating = 0, removing = 0;
	unsigned i;

	for (i = 0; i < plan->repeats; i++) {
		start = clock_monotonic();
		register_one(0, create);
		middle = clock_monotonic();
		unregister_one(0, create);
		creating += middle - start;
		removing += clock_monotonic() - middle;
	}
	results[0] = (double)creating / callbacks;
	results[1] = (double)removing / callbacks;
}

static void
measure_replay(const void *arg, double *results)
{
	const struct plan *plan = arg;

	calls = 0;
	time_registration(plan, create_counted, results);
	if (calls != plan->instances * plan->repeats)
		measure_fail("create was called %lu times", calls);
}

static void
measure_parallel_replay(const void *arg, double *results)
{
	const struct plan *plan = arg;

	atomic_store(&shared_calls, 0);
	time_registration(plan, create_shared, results);
	if (atomic_load(&shared_calls) != plan->instances * plan->repeats)
		measure_fail("create was not called for every instance");
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
bare_loop(size_t instances)
{
	static pthread_mutex_t outer = PTHREAD_MUTEX_INITIALIZER;
	static pthread_mutex_t inner = PTHREAD_MUTEX_INITIALIZER;
	create_fn *volatile create = create_counted;
	int64_t start = clock_monotonic();
	struct bare *bare;
	size_t i;

	for (i = 0; i < instances; i++) {
		(void)pthread_mutex_lock(&outer);
		(void)pthread_mutex_unlock(&outer);
		bare = memory_alloc(sizeof(*bare));
		bare->id = (int)i;
		bare->context = create(bare->id);
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

/* The replay, and the bare loop over as many instances. */
static void
measure_against_bare(const void *arg, double *results)
{
	const struct plan *plan = arg;
	unsigned i;

	measure_replay(arg, results);
	results[2] = 0;
	for (i = 0; i < plan->repeats; i++) {
		results[2] += bare_loop(plan->instances) / plan->repeats;
		bare_clear();
	}
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
	[REPLAY_SMALL] = {1, 1, 1000, 0, 200},
	[REPLAY_MIDDLE] = {1, 1, 30000, 0, 7},
	[REPLAY_LARGE] = {1, 1, 1000000, 0, 1},
	[REPLAY_PARALLEL] = {2, 2, 30000, 0, 7},
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
	measure_print_row("birth of an instance, no registrant, whole", "ns",
	    &subjects[BIRTH_NONE].samples[0]);
	measure_print_row("birth of an instance, 10 registrants", "ns",
	    &subjects[BIRTH_FEW].samples[1]);
	measure_print_row("birth of an instance, 300 registrants", "ns",
	    &subjects[BIRTH_MANY].samples[1]);
	measure_print_row("1 ms callbacks, 16 workers, whole", "ms",
	    &subjects[SLOW].samples[0]);
	measure_print_row("1 ms callbacks, one after the other, whole", "ms",
	    &subjects[SLOW].samples[1]);
}

struct comparison {
	struct measure_target target;
	enum which over;
	unsigned over_result;
	enum which under;
	unsigned under_result;
};

static const struct comparison comparisons[] = {
    {{"register, middle / small (30000 / 1000)", MEASURE_AT_MOST, 1.5},
	REPLAY_MIDDLE, 0, REPLAY_SMALL, 0},
    {{"register, large / small (1000000 / 1000)", MEASURE_AT_MOST, 3},
	REPLAY_LARGE, 0, REPLAY_SMALL, 0},
    {{"birth, 300 registrants / 10", MEASURE_AT_MOST, 1.5}, BIRTH_MANY, 1,
	BIRTH_FEW, 1},
    {{"register / bare loop (30000)", MEASURE_AT_MOST, 4}, REPLAY_MIDDLE, 0,
	REPLAY_MIDDLE, 2},
    {{"1 ms callbacks, serial / 16 workers", MEASURE_AT_LEAST, 12}, SLOW, 1,
	SLOW, 0},
};

static void
print_comparisons(void)
{
	const struct comparison *row = comparisons;
	const struct comparison *end = row + ARRAY_LENGTH(comparisons);

	measure_print_targets_head();
	for (; row < end; row++)
		measure_print_ratio(&row->target,
		    &subjects[row->over].samples[row->over_result],
		    &subjects[row->under].samples[row->under_result]);
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
