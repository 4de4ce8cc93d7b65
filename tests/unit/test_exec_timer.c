/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exec_timer.c: jobs that are posted when they are due. A task is a job
 * that writes down, on one strand, that it ran. Nothing here fails for being
 * slow: what must not happen before a time is asked whether it did, and what
 * has to happen is waited for.
 */
#include "exec/timer.h"

#include <dirent.h>

#include "exec/pool.h"
#include "core_fixture.h"

#define HOUR	 (3600 * NS_PER_SEC)
#define TASKS	 1000
#define THREADS	 8
#define STRANDS	 8
#define PER_HAND 2000

struct task {
	struct timer timer;
	unsigned number;
	int64_t due;
	_Atomic unsigned runs;
	unsigned cancels;
};

static struct strand strands[STRANDS];
static struct timer_clock *alarm_clock;
static struct task tasks[TASKS];

/* What ran, in order, on the first strand. */
static struct {
	unsigned numbers[TASKS];
	_Atomic unsigned count;
	_Atomic unsigned early; /* before their time */
} ran;

static void
leave_it_alone(struct strand *strand)
{
}

static struct strand_class class = {NULL, leave_it_alone, leave_it_alone};

static enum job_result
task_run(struct job *job, struct strand *strand)
{
	struct task *task = CONTAINER_OF(job, struct task, timer.job);

	if (clock_monotonic() < task->due)
		(void)atomic_fetch_add(&ran.early, 1);
	(void)atomic_fetch_add(&task->runs, 1);
	if (strand == &strands[0]) {
		ran.numbers[atomic_load(&ran.count) % TASKS] = task->number;
		(void)atomic_fetch_add(&ran.count, 1);
	}
	return JOB_DONE;
}

static void
task_init(struct task *task, unsigned number, struct strand *strand)
{
	*task = (struct task){
	    .timer = {.job.run = task_run, .strand = strand},
	    .number = number,
	};
}

static void
task_arm(struct task *task, int64_t due)
{
	task->due = due;
	assert_int_equal(timer_arm(alarm_clock, &task->timer, due), 0);
}

static int
setup(void **state)
{
	const struct pool_config config = {.name = "test", .workers = 2};
	unsigned i;

	class.pool = pool_create(&config);
	alarm_clock = timer_clock_create(class.pool);
	for (i = 0; i < STRANDS; i++)
		strand_init(&strands[i], &class);
	for (i = 0; i < TASKS; i++)
		task_init(&tasks[i], i, &strands[0]);
	atomic_store(&ran.count, 0);
	atomic_store(&ran.early, 0);
	return 0;
}

static int
teardown(void **state)
{
	timer_clock_destroy(alarm_clock);
	pool_destroy(class.pool);
	return 0;
}

static bool
so_many_ran(void *arg)
{
	return atomic_load(&ran.count) == *(unsigned *)arg;
}

static void
wait_for_runs(unsigned count)
{
	wait_until(so_many_ran, &count);
}

static unsigned
threads_now(void)
{
	DIR *directory = opendir("/proc/self/task");
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.';
	(void)closedir(directory);
	return count;
}

static void
there_is_no_thread_before_the_first_timer(void **state)
{
	unsigned before = threads_now();

	assert_false(timer_cancel(alarm_clock, &tasks[0].timer));
	assert_int_equal(threads_now(), before);
	task_arm(&tasks[0], 0);
	assert_int_equal(threads_now(), before + 1);
	wait_for_runs(1);
	task_arm(&tasks[1], 0);
	wait_for_runs(2);
	assert_int_equal(threads_now(), before + 1);
}

static void
a_job_is_posted_when_it_is_due_and_not_before(void **state)
{
	unsigned i;

	for (i = 0; i < 10; i++)
		task_arm(&tasks[i], clock_monotonic() + i * 3 * NS_PER_MS);
	wait_for_runs(10);
	assert_int_equal(atomic_load(&ran.early), 0);
}

static void
an_earlier_one_overtakes_those_that_are_waited_for(void **state)
{
	task_arm(&tasks[0], clock_monotonic() + HOUR);
	task_arm(&tasks[1], clock_monotonic() + NS_PER_MS);
	wait_for_runs(1);
	assert_int_equal(ran.numbers[0], 1);
	assert_true(timer_cancel(alarm_clock, &tasks[0].timer));
}

static void
what_was_cancelled_is_not_posted(void **state)
{
	task_arm(&tasks[0], clock_monotonic() + HOUR);
	assert_true(timer_cancel(alarm_clock, &tasks[0].timer));
	assert_false(timer_cancel(alarm_clock, &tasks[0].timer));
	task_arm(&tasks[0], 0);
	wait_for_runs(1);
	assert_false(timer_cancel(alarm_clock, &tasks[0].timer));
}

static bool
is_in_order(const struct task *a, const struct task *b)
{
	return a->due < b->due || (a->due == b->due && a->number < b->number);
}

/*
 * Arms all at random times, few of them different, and cancels every third.
 * False: the first of them came before all was said.
 */
static bool
arm_at_random(int64_t base)
{
	unsigned i;

	for (i = 0; i < TASKS; i++)
		task_arm(&tasks[i], base + random() % 50 * NS_PER_MS / 10);
	for (i = 0; i < TASKS; i += 3)
		tasks[i].cancels += timer_cancel(alarm_clock, &tasks[i].timer);
	return clock_monotonic() < base;
}

static void
they_are_posted_in_the_order_in_which_they_are_due(void **state)
{
	unsigned left = TASKS - (TASKS + 2) / 3, i;
	int64_t ahead = 50 * NS_PER_MS;

	srandom(1);
	while (!arm_at_random(clock_monotonic() + ahead)) {
		/* Again, with more time to say it all. */
		ahead *= 2;
		for (i = 0; i < TASKS; i++)
			(void)timer_cancel(alarm_clock, &tasks[i].timer);
		(void)teardown(NULL);
		(void)setup(NULL);
	}
	wait_for_runs(left);
	for (i = 0; i < left; i++) {
		assert_int_not_equal(ran.numbers[i] % 3, 0);
		if (i > 0)
			assert_true(is_in_order(&tasks[ran.numbers[i - 1]],
			    &tasks[ran.numbers[i]]));
	}
	for (i = 0; i < TASKS; i++)
		assert_int_equal(tasks[i].cancels + tasks[i].runs, 1);
}

/* --- many threads --------------------------------------------------------- */

struct hand {
	pthread_t thread;
	struct task tasks[PER_HAND];
	unsigned runs, seed;
};

/* Arms each, and cancels some of them, at once or a little later. */
static void *
arm_and_cancel(void *arg)
{
	struct hand *hand = arg;
	struct task *task;
	unsigned i, k;

	for (i = 0; i < PER_HAND; i++) {
		task = &hand->tasks[i];
		task_init(task, i, &strands[(i + hand->seed) % STRANDS]);
		task->due =
		    clock_monotonic() + rand_r(&hand->seed) % (2 * NS_PER_MS);
		ASSERT(timer_arm(alarm_clock, &task->timer, task->due) == 0);
		k = (unsigned)rand_r(&hand->seed) % (i + 1);
		hand->tasks[k].cancels +=
		    timer_cancel(alarm_clock, &hand->tasks[k].timer);
	}
	return NULL;
}

static bool
each_ran_or_was_cancelled(void *arg)
{
	const struct hand *hands = arg;
	unsigned i, k;

	for (i = 0; i < THREADS; i++)
		for (k = 0; k < PER_HAND; k++)
			if (hands[i].tasks[k].cancels +
				atomic_load(&hands[i].tasks[k].runs) ==
			    0)
				return false;
	return true;
}

static void
threads_arm_and_cancel_and_nothing_is_lost_or_comes_twice(void **state)
{
	struct hand *hands = calloc(THREADS, sizeof(*hands));
	unsigned i, k;

	for (i = 0; i < THREADS; i++) {
		hands[i].seed = i + 1;
		assert_int_equal(pthread_create(&hands[i].thread, NULL,
				     arm_and_cancel, &hands[i]),
		    0);
	}
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(hands[i].thread, NULL);
	wait_until(each_ran_or_was_cancelled, hands);
	for (i = 0; i < THREADS; i++)
		for (k = 0; k < PER_HAND; k++)
			assert_int_equal(
			    hands[i].tasks[k].cancels +
				atomic_load(&hands[i].tasks[k].runs),
			    1);
	assert_int_equal(atomic_load(&ran.early), 0);
	free(hands);
}

#define TIMER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TIMER_TEST(there_is_no_thread_before_the_first_timer),
	    TIMER_TEST(a_job_is_posted_when_it_is_due_and_not_before),
	    TIMER_TEST(an_earlier_one_overtakes_those_that_are_waited_for),
	    TIMER_TEST(what_was_cancelled_is_not_posted),
	    TIMER_TEST(they_are_posted_in_the_order_in_which_they_are_due),
	    TIMER_TEST(
		threads_arm_and_cancel_and_nothing_is_lost_or_comes_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
