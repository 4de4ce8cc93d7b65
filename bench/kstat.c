/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat.c: what statistics cost: reading many kstats through the core, as the
 * control server does (page by page, each snapshot freed), and what a plugin
 * pays for a count, against the bare atomic addition that it is.
 *
 * Each population lives in a process of its own (subject.h). Everything is on
 * one CPU and charged CPU time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/memory.h"
#include "core/kstat/kstat_read.h"
#include "lib/clock.h"
#include "measure.h"
#include "population.h"
#include "subject.h"

static const char usage[] =
    "Measures reading many kstats, and counting in one.\n";

/* Kstats of a page. */
#define PAGE 1000

/* What one child holds, and how many additions it makes. */
struct plan {
	size_t instances; /* the global one included */
	size_t kstats;	  /* of each */
	uint_t statistics;
	unsigned long additions;
};

static uint64_t bare_counter;
static kstat_t **kstats;
static size_t kstat_count;
static kstat_t *counted; /* one of them */

static kstat_t *
make_kstat(netid_t id, int number, uint_t statistics)
{
	kstat_t *kstat = net_kstat_create(id, "bench", number, "bench", "misc",
	    KSTAT_TYPE_NAMED, statistics, 0);
	uint_t i;

	if (kstat == NULL)
		measure_fail("cannot create a kstat");
	for (i = 0; i < statistics; i++)
		kstat_named_init(
		    KSTAT_NAMED_PTR(kstat) + i, "statistic", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	return kstat;
}

static void
prepare(const void *arg)
{
	const struct plan *plan = arg;
	size_t i, number;

	measure_pin(0, 1);
	population_start(1);
	population_grow(plan->instances - 1);
	kstats =
	    memory_alloc(plan->instances * plan->kstats * sizeof(kstats[0]));
	for (i = 0; i < plan->instances; i++)
		for (number = 0; number < plan->kstats; number++)
			kstats[kstat_count++] = make_kstat(
			    (netid_t)i, (int)number, plan->statistics);
	counted = kstats[0];
}

static void
finish(void)
{
	while (kstat_count > 0)
		kstat_delete(kstats[--kstat_count]);
	free(kstats);
	population_stop();
}

static bool
match_all(void *arg, const kstat_t *kstat)
{
	return true;
}

static void
never_done(void *arg, int error)
{
	measure_fail("a plain kstat was not read at once");
}

/* Returns how many statistics there were. */
static size_t
read_instance(struct instance *instance)
{
	struct kstat_batch batch;
	size_t seen = 0, i;
	kid_t after = 0;
	bool more;

	do {
		if (kstat_read(instance, after, PAGE, match_all, NULL, &batch,
			never_done, NULL) != 0)
			never_done(NULL, 0);
		for (i = 0; i < batch.count; i++)
			seen += batch.list[i].count;
		more = batch.more;
		if (batch.count > 0)
			after = batch.list[batch.count - 1].kid;
		kstat_batch_free(&batch);
	} while (more);
	return seen;
}

static size_t
read_all(void)
{
	struct instance *instance = instance_next(-1), *next;
	size_t seen = 0;

	while (instance != NULL) {
		seen += read_instance(instance);
		next = instance_next(instance_id(instance));
		instance_release(instance);
		instance = next;
	}
	return seen;
}

static double
time_reading(const struct plan *plan)
{
	int64_t start = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	size_t seen = read_all();

	if (seen != plan->instances * plan->kstats * plan->statistics)
		measure_fail("%zu statistics were read", seen);
	return (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - start) /
	       NS_PER_MS;
}

static double
time_bare(unsigned long additions)
{
	int64_t start = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	unsigned long i;

	for (i = 0; i < additions; i++)
		(void)__atomic_fetch_add(&bare_counter, 1, __ATOMIC_RELAXED);
	return (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - start) /
	       (double)additions;
}

/* As a plugin counts. */
static double
time_counting(unsigned long additions)
{
	int64_t start = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	unsigned long i;

	for (i = 0; i < additions; i++)
		kstat_named_add_u64(KSTAT_NAMED_PTR(counted), 1);
	return (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - start) /
	       (double)additions;
}

enum { READING, COUNTING, BARE, RESULTS };

static void
measure(const void *arg, double *results)
{
	const struct plan *plan = arg;
	uint64_t before = __atomic_load_n(
	    &KSTAT_NAMED_PTR(counted)->value.ui64, __ATOMIC_RELAXED);

	results[READING] = time_reading(plan);
	results[BARE] = time_bare(plan->additions);
	results[COUNTING] = time_counting(plan->additions);
	if (KSTAT_NAMED_PTR(counted)->value.ui64 - before != plan->additions)
		measure_fail("additions are missing");
}

enum which { ONE_INSTANCE, MANY_STATISTICS, MANY_INSTANCES, SUBJECTS };

static const struct plan plans[2][SUBJECTS] = {
    {
	[ONE_INSTANCE] = {1, 100000, 2, 50000000},
	[MANY_STATISTICS] = {1, 100000, 10, 50000000},
	[MANY_INSTANCES] = {100000, 1, 2, 50000000},
    },
    {
	[ONE_INSTANCE] = {1, 5000, 2, 1000000},
	[MANY_STATISTICS] = {1, 5000, 10, 1000000},
	[MANY_INSTANCES] = {5000, 1, 2, 1000000},
    },
};

static struct subject subjects[SUBJECTS] = {
    [ONE_INSTANCE] = {prepare, measure, finish, .results = RESULTS},
    [MANY_STATISTICS] = {prepare, measure, finish, .results = RESULTS},
    [MANY_INSTANCES] = {prepare, measure, finish, .results = RESULTS},
};

static void
print_reading(enum which which)
{
	const struct plan *plan = subjects[which].plan;
	char text[96];

	(void)snprintf(text, sizeof(text), "%zu kstats of %u, %zu instance%s",
	    plan->instances * plan->kstats, plan->statistics, plan->instances,
	    plan->instances > 1 ? "s" : "");
	measure_print_row(text, "ms", &subjects[which].samples[READING]);
}

static void
print(void)
{
	static const struct measure_target reading = {
	    "100,000 kstats of 2, one instance, ms", MEASURE_AT_MOST, 100};
	static const struct measure_target reading_many = {
	    "100,000 kstats of 10, one instance, ms", MEASURE_AT_MOST, 100};
	static const struct measure_target reading_each = {
	    "100,000 kstats of 2, an instance each, ms", MEASURE_AT_MOST, 100};
	static const struct measure_target counting = {
	    "a count / a bare atomic addition", MEASURE_AT_MOST, 1.2};
	const struct subject *one = &subjects[ONE_INSTANCE];

	measure_print_head("Statistics: reading them all, and counting");
	print_reading(ONE_INSTANCE);
	print_reading(MANY_STATISTICS);
	print_reading(MANY_INSTANCES);
	measure_print_row("a count in a kstat", "ns", &one->samples[COUNTING]);
	measure_print_row(
	    "a bare relaxed atomic addition", "ns", &one->samples[BARE]);
	measure_print_targets_head();
	measure_print_target(&reading, &one->samples[READING]);
	measure_print_target(
	    &reading_many, &subjects[MANY_STATISTICS].samples[READING]);
	measure_print_target(
	    &reading_each, &subjects[MANY_INSTANCES].samples[READING]);
	measure_print_ratio(
	    &counting, &one->samples[COUNTING], &one->samples[BARE]);
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
	print();
	return 0;
}
