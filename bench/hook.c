/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.c: what hook_run() costs, with 1, 3 and 10 hooks, against calling the
 * same functions through pointers; and with eight threads that run hooks while
 * others come and go. One event of a protocol of its own, on the global
 * instance of a core without a daemon around it.
 *
 * The first three are on one CPU, charged CPU time, and alternate with the bare
 * calls inside each round; what the functions do is counted.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include <netinst/netinst.h>

#include "base/check.h"
#include "lib/clock.h"
#include "measure.h"
#include "population.h"
#include "subject.h"

#define THREADS	  8
#define HOOKS_MAX 10

static const char usage[] = "Measures the cost of running hooks.\n";

struct plan {
	unsigned hooks;
	unsigned long calls; /* of hook_run() in one measurement */
	unsigned changes;    /* meanwhile; 0: none, one thread */
};

static net_handle_t handle;
static hook_event_t event;
static hook_event_token_t token;

/* --- the hooks ------------------------------------------------------------ */

static unsigned long called;
static atomic_ulong called_shared;

static int
count_call(hook_event_token_t which, hook_data_t data, void *arg)
{
	called++;
	return 0;
}

static int
count_shared(hook_event_token_t which, hook_data_t data, void *arg)
{
	(void)atomic_fetch_add_explicit(
	    &called_shared, 1, memory_order_relaxed);
	return 0;
}

/* The compiler cannot know what is called. */
static hook_func_t volatile bare_function = count_call;

static void
change_hook(unsigned number, hook_func_t function, bool comes)
{
	char name[16];
	hook_t hook = {
	    .h_version = HOOK_VERSION,
	    .h_func = function,
	    .h_name = name,
	};

	(void)snprintf(name, sizeof(name), "hook-%u", number);
	if ((comes ? net_hook_register(handle, NH_PHYSICAL_IN, &hook)
		   : net_hook_unregister(handle, NH_PHYSICAL_IN, &hook)) != 0)
		measure_fail("cannot change %s", name);
}

static void
prepare(const void *arg)
{
	const struct plan *plan = arg;
	const net_protocol_t protocol = {
	    .netp_version = NETINFO_VERSION, .netp_name = "bench"};
	hook_family_t family;
	unsigned i;

	measure_pin(0, plan->changes > 0 ? measure_cpus() : 1);
	population_start(1);
	HOOK_FAMILY_INIT(&family, "bench");
	HOOK_EVENT_INIT(&event, NH_PHYSICAL_IN);
	handle = net_protocol_register(GLOBAL_NETSTACKID, &protocol);
	if (net_family_register(handle, &family) != 0)
		measure_fail("cannot register a family");
	token = net_event_register(handle, &event);
	for (i = 0; i < plan->hooks; i++)
		change_hook(
		    i, plan->changes > 0 ? count_shared : count_call, true);
}

static void
finish(void)
{
	(void)net_protocol_unregister(handle);
	population_stop();
}

/* --- alone ---------------------------------------------------------------- */

static void
run_hooks(unsigned long calls)
{
	unsigned long i;

	for (i = 0; i < calls; i++)
		(void)hook_run(NULL, token, i);
}

static void
run_bare(unsigned long calls, unsigned hooks)
{
	hook_func_t functions[HOOKS_MAX];
	unsigned long i;
	unsigned hook;

	for (hook = 0; hook < hooks; hook++)
		functions[hook] = bare_function;
	for (i = 0; i < calls; i++)
		for (hook = 0; hook < hooks; hook++)
			if (functions[hook](token, i, NULL) != 0)
				return;
}

/* Nanoseconds per call and hook. */
enum { ALONE_RUN, ALONE_BARE, ALONE_ABOVE, ALONE_RESULTS };

static void
measure_alone(const void *arg, double *results)
{
	const struct plan *plan = arg;
	double of = (double)plan->calls * plan->hooks;
	int64_t start = clock_read(CLOCK_PROCESS_CPUTIME_ID), middle;

	called = 0;
	run_hooks(plan->calls);
	middle = clock_read(CLOCK_PROCESS_CPUTIME_ID);
	run_bare(plan->calls, plan->hooks);
	results[ALONE_RUN] = (double)(middle - start) / of;
	results[ALONE_BARE] =
	    (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - middle) / of;
	results[ALONE_ABOVE] = results[ALONE_RUN] - results[ALONE_BARE];
	if (called != 2 * plan->calls * plan->hooks)
		measure_fail("hooks were called %lu times", called);
}

/* --- eight threads -------------------------------------------------------- */

static atomic_bool over;

static void *
run_until_over(void *arg)
{
	unsigned long *calls = arg;

	while (!atomic_load_explicit(&over, memory_order_relaxed)) {
		(void)hook_run(NULL, token, 0);
		(*calls)++;
	}
	return NULL;
}

/* Microseconds of a change; nanoseconds of a call, CPU time. */
enum { BUSY_CHANGE, BUSY_CALL, BUSY_RESULTS };

static void
measure_busy(const void *arg, double *results)
{
	const struct plan *plan = arg;
	unsigned long calls[THREADS] = {0}, sum = 0;
	pthread_t threads[THREADS];
	int64_t cpu = clock_read(CLOCK_PROCESS_CPUTIME_ID), wall;
	unsigned i;

	atomic_store(&over, false);
	for (i = 0; i < THREADS; i++)
		if (pthread_create(
			&threads[i], NULL, run_until_over, &calls[i]) != 0)
			measure_fail("cannot make a thread");
	wall = clock_monotonic();
	for (i = 0; i < plan->changes; i++)
		change_hook(plan->hooks, count_shared, i % 2 == 0);
	wall = clock_monotonic() - wall;
	atomic_store(&over, true);
	for (i = 0; i < THREADS; i++) {
		(void)pthread_join(threads[i], NULL);
		sum += calls[i];
	}
	results[BUSY_CHANGE] = (double)wall / plan->changes / 1000;
	results[BUSY_CALL] =
	    (double)(clock_read(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)sum;
}

/* --- the table ------------------------------------------------------------ */

enum which { ONE, THREE, TEN, BUSY, SUBJECTS };

static const struct plan plans[2][SUBJECTS] = {
    {
	[ONE] = {1, 10000000, 0},
	[THREE] = {3, 5000000, 0},
	[TEN] = {10, 1000000, 0},
	[BUSY] = {3, 0, 200},
    },
    {
	[ONE] = {1, 100000, 0},
	[THREE] = {3, 100000, 0},
	[TEN] = {10, 10000, 0},
	[BUSY] = {3, 0, 10},
    },
};

static struct subject subjects[SUBJECTS] = {
    [ONE] = {prepare, measure_alone, finish, .results = ALONE_RESULTS},
    [THREE] = {prepare, measure_alone, finish, .results = ALONE_RESULTS},
    [TEN] = {prepare, measure_alone, finish, .results = ALONE_RESULTS},
    [BUSY] = {prepare, measure_busy, finish, .results = BUSY_RESULTS},
};

static void
print_alone(enum which which)
{
	const struct plan *plan = subjects[which].plan;
	char text[64];

	(void)snprintf(text, sizeof(text), "hook_run, %u hook%s, per hook",
	    plan->hooks, plan->hooks > 1 ? "s" : "");
	measure_print_row(text, "ns", &subjects[which].samples[ALONE_RUN]);
	(void)snprintf(text, sizeof(text), "bare calls, %u, each", plan->hooks);
	measure_print_row(text, "ns", &subjects[which].samples[ALONE_BARE]);
}

static void
print_table(void)
{
	measure_print_head("Running hooks");
	print_alone(ONE);
	print_alone(THREE);
	print_alone(TEN);
	measure_print_row("8 threads, 3 hooks, others come and go: a call",
	    "ns", &subjects[BUSY].samples[BUSY_CALL]);
	measure_print_row("8 threads: a change, waiting for all", "us",
	    &subjects[BUSY].samples[BUSY_CHANGE]);
}

static const struct {
	enum which which;
	struct measure_target target;
} targets[] = {
    {ONE, {"1 hook: ns above the bare call", MEASURE_AT_MOST, 15}},
    {THREE, {"3 hooks: ns per hook above the bare call", MEASURE_AT_MOST, 15}},
    {TEN, {"10 hooks: ns per hook above the bare call", MEASURE_AT_MOST, 15}},
};

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
	measure_print_targets_head();
	for (i = 0; i < ARRAY_LENGTH(targets); i++)
		measure_print_target(&targets[i].target,
		    &subjects[targets[i].which].samples[ALONE_ABOVE]);
	return 0;
}
