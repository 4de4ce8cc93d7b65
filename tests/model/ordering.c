/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ordering.c: the ordering model test. Threads do random things to the core,
 * from outside and from inside callbacks; everything is recorded, and the
 * checker, which knows nothing of the core, judges the log.
 *
 * It goes by epochs, so that the log stays small: each starts the core, does
 * its share of the operations, takes everything away, stops the core, and has
 * its log checked. With one thread and one worker each operation begins when
 * the one before is over, half of them when all is quiet, and nothing is done
 * inside callbacks; then the order of sweeps is checked too.
 */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "actions.h"
#include "base/log.h"
#include "base/perturb.h"
#include "checker.h"
#include "core/core.h"
#include "faces.h"
#include "lib/clock.h"
#include "recorder.h"

#define EPOCH_OPERATIONS 2000
#define LOG_RECORDS	 1000000
#define BREAKS_SHOWN	 10
#define THREADS_MAX	 64
/* For what is asked to leave in the end. */
#define LEAVE_MOST (10 * NS_PER_SEC)

static struct {
	uint64_t operations;
	uint64_t seed; /* 0: that of the perturbed build, or 1 */
	unsigned threads, workers;
	bool serial;
	const char *log; /* a file for the log of an epoch that broke */
} options = {.operations = 1000000, .threads = 8, .workers = 4};

static struct {
	_Atomic int64_t left; /* operations of this epoch */
	uint64_t operations, records, epochs;
	struct checker_tally tally;
} test;

static void
wait_quiet(void)
{
	const struct timespec moment = {.tv_nsec = 20000};
	struct core_status status;

	for (;;) {
		core_read_status(&status);
		if (status.workers_busy == 0 && status.strands_queued == 0)
			return;
		(void)nanosleep(&moment, NULL);
	}
}

/*
 * One that leaves may wait for hooks that run, which no worker does. One that
 * never leaves is for the core to complain of.
 */
static void
wait_unregistered(void)
{
	const struct timespec moment = {.tv_nsec = 20000};
	int64_t until = clock_monotonic() + LEAVE_MOST;
	struct core_status status;

	do {
		wait_quiet();
		core_read_status(&status);
		(void)nanosleep(&moment, NULL);
	} while (status.registrants > 0 && clock_monotonic() < until);
}

static void *
act_on(void *arg)
{
	struct owner *before = owner_enter(arg);

	while (recorder_has_room() && atomic_fetch_sub(&test.left, 1) > 0) {
		/* Or right behind the end of the one before. */
		if (options.serial && action_random() % 2 == 0)
			wait_quiet();
		action_outside();
	}
	owner_leave(before);
	return NULL;
}

static void
act_all(struct owner *owner)
{
	pthread_t threads[THREADS_MAX];
	unsigned i;

	for (i = 0; i < options.threads; i++)
		if (pthread_create(&threads[i], NULL, act_on, owner) != 0)
			abort();
	for (i = 0; i < options.threads; i++)
		(void)pthread_join(threads[i], NULL);
}

static void
record_quiet(void)
{
	struct record quiet = {.kind = RECORD_QUIET};

	wait_quiet();
	recorder_write(&quiet);
}

static void
report(void *arg, const struct breakage *breakage)
{
	if (test.tally.breaks <= BREAKS_SHOWN)
		checker_print(arg, breakage);
}

/* over: the log is of a whole epoch, nothing may be left undone in it. */
static void
check_log(bool over)
{
	struct checker_config config = {
	    .serial = options.serial, .report = report, .tally = &test.tally};
	struct checker *checker = checker_create(&config);
	const struct record *log;
	size_t count, i;

	log = recorder_log(&count);
	for (i = 0; i < count; i++)
		if (log[i].sequence != 0)
			checker_feed(checker, &log[i]);
	if (over)
		checker_end(checker);
	checker_free(checker);
	test.records += count;
}

static void
write_log(void)
{
	char text[RECORD_TEXT_MAX];
	const struct record *log;
	FILE *file = fopen(options.log, "w");
	size_t count, i;

	if (file == NULL)
		return;
	log = recorder_log(&count);
	for (i = 0; i < count; i++)
		(void)fprintf(file, "%s\n", record_to_text(&log[i], text));
	(void)fclose(file);
}

static void
run_epoch(uint64_t operations)
{
	struct core_config config = {
	    .workers = options.workers, .spares = options.serial ? 0 : 2};
	struct owner *owner;
	int64_t left;

	if (core_start(&config) != 0)
		abort();
	owner = owner_create("model");
	actions_open(owner);
	if (options.serial)
		actions_quieten();
	atomic_store(&test.left, (int64_t)operations);
	act_all(owner);
	left = atomic_load(&test.left);
	test.operations += operations - (uint64_t)(left > 0 ? left : 0);
	action_end_timeouts();
	record_quiet();
	actions_quieten();
	wait_quiet();
	action_clear_all();
	wait_unregistered();
	record_quiet();
	actions_close();
	owner_release(owner);
	core_stop();
	check_log(true);
	if (test.tally.breaks > 0 && options.log != NULL)
		write_log();
	recorder_clear();
	test.epochs++;
}

static const struct option long_options[] = {
    {"operations", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 's'},
    {"threads", required_argument, NULL, 't'},
    {"workers", required_argument, NULL, 'w'},
    {"log", required_argument, NULL, 'l'},
    {NULL, 0, NULL, 0},
};

static void
read_options(int argc, char **argv)
{
	uint64_t value;
	int option;

	while (
	    (option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		value = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;
		if (option == 'n')
			options.operations = value;
		else if (option == 's')
			options.seed = value;
		else if (option == 't')
			options.threads = (unsigned)value;
		else if (option == 'w')
			options.workers = (unsigned)value;
		else if (option == 'l')
			options.log = optarg;
		else
			exit(2);
	}
	if (options.threads == 0 || options.threads > THREADS_MAX ||
	    options.workers == 0) {
		(void)fprintf(stderr,
		    "ordering: 1 to %d threads, and at "
		    "least one worker\n",
		    THREADS_MAX);
		exit(2);
	}
	options.serial = options.threads == 1 && options.workers == 1;
}

/* In a child, because the core ends the process when it finds a bug. */
static int
run_all(void)
{
	int64_t begun = clock_monotonic();
	uint64_t left;

	while (test.operations < options.operations && test.tally.breaks == 0) {
		left = options.operations - test.operations;
		run_epoch(left < EPOCH_OPERATIONS ? left : EPOCH_OPERATIONS);
	}
	(void)printf("1..1\n%s 1 - %lu operations by %u threads, %lu from "
		     "inside callbacks; %u workers; %lu callbacks; %lu records "
		     "in %lu epochs; %lu checks; %lu breaks; seed %lu; "
		     "%.1f s\n",
	    test.tally.breaks == 0 ? "ok" : "not ok",
	    (unsigned long)test.operations, options.threads,
	    (unsigned long)actions_nested(), options.workers,
	    (unsigned long)faces_called(), (unsigned long)test.records,
	    (unsigned long)test.epochs, (unsigned long)test.tally.checks,
	    (unsigned long)test.tally.breaks, (unsigned long)options.seed,
	    (double)(clock_monotonic() - begun) / 1e9);
	checker_print_tally(&test.tally);
	return test.tally.breaks == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* What led to the death of the child. */
static int
judge_the_dead(int status)
{
	check_log(false);
	if (options.log != NULL)
		write_log();
	(void)printf(
	    "1..1\nnot ok 1 - died of signal %d within %lu operations; "
	    "%lu breaks before that; seed %lu\n",
	    WTERMSIG(status), (unsigned long)recorder_logs() * EPOCH_OPERATIONS,
	    (unsigned long)test.tally.breaks, (unsigned long)options.seed);
	checker_print_tally(&test.tally);
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	pid_t child;
	int status;

	read_options(argc, argv);
	if (options.seed == 0)
		options.seed = perturb_seed();
	log_set_level(LOG_ERROR);
	actions_seed(options.seed);
	recorder_open(LOG_RECORDS);
	child = fork();
	if (child == 0)
		exit(run_all());
	if (child == -1 || waitpid(child, &status, 0) != child)
		return EXIT_FAILURE;
	if (WIFSIGNALED(status))
		return judge_the_dead(status);
	return WEXITSTATUS(status);
}
