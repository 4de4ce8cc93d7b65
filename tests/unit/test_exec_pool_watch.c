/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exec_pool_watch.c: what the watch over a pool sees of marks that nest
 * without end, and that nothing a thread does when it ends keeps it from
 * looking.
 */
#include <pthread.h>

#include "exec/pool.h"
#include "core_fixture.h"

#define DEADLINE (20 * NS_PER_MS)

static struct strand_class class;
static _Atomic unsigned outer_reports, inner_reports;

enum { OUTER = 1, INNER };

static void
count_report(const struct worker_note *note, int64_t elapsed)
{
	ASSERT(elapsed > DEADLINE);
	(void)atomic_fetch_add(
	    note->who == OUTER ? &outer_reports : &inner_reports, 1);
}

static void
leave_it_alone(struct strand *strand)
{
}

static void
start(unsigned workers, unsigned spares)
{
	const struct pool_config config = {
	    .name = "test",
	    .workers = workers,
	    .spares = spares,
	    .deadline = DEADLINE,
	    .overdue = count_report,
	};

	atomic_store(&outer_reports, 0);
	atomic_store(&inner_reports, 0);
	class = (struct strand_class){
	    pool_create(&config), leave_it_alone, leave_it_alone};
	assert_non_null(class.pool);
}

/* A job on a strand of its own. */
struct task {
	struct strand strand;
	struct job job;
	struct gate gate;
	void (*body)(struct task *task);
};

static enum job_result
task_run(struct job *job, struct strand *strand)
{
	struct task *task = CONTAINER_OF(job, struct task, job);

	task->body(task);
	gate_pass(&task->gate);
	return JOB_DONE;
}

static void
task_post(struct task *task, void (*body)(struct task *task))
{
	task->body = body;
	task->job.run = task_run;
	strand_init(&task->strand, &class);
	gate_init(&task->gate);
	strand_post(&task->strand, &task->job);
}

static void
do_nothing(struct task *task)
{
}

/* --- marks that nest ------------------------------------------------------ */

static atomic_bool nests;

/* Whenever somebody looks, the innermost mark has just begun. */
static void
nest_without_end(struct task *task)
{
	struct worker_mark mark = {
	    .note.who = OUTER, .since = clock_monotonic()};
	unsigned outer = worker_begin(&mark), inner;

	mark.note.who = INNER;
	while (atomic_load(&nests)) {
		mark.since = clock_monotonic();
		inner = worker_begin(&mark);
		worker_end(inner);
	}
	worker_end(outer);
}

static bool
outer_is_reported(void *arg)
{
	return atomic_load(&outer_reports) > 0;
}

static void
an_outer_mark_that_keeps_nesting_is_reported_once(void **state)
{
	struct task task;
	int64_t begun;

	start(1, 0);
	atomic_store(&nests, true);
	task_post(&task, nest_without_end);
	wait_until(outer_is_reported, NULL);
	/* The watch comes round some times more. */
	begun = clock_monotonic();
	while (clock_monotonic() - begun < 5 * DEADLINE)
		;
	assert_int_equal(atomic_load(&outer_reports), 1);
	atomic_store(&nests, false);
	gate_open(&task.gate);
	pool_destroy(class.pool);
}

/* More than are watched, the outermost for a long time. */
static void
nest_deep(struct task *task)
{
	struct worker_mark mark = {
	    .note.who = OUTER, .since = clock_monotonic()};
	unsigned levels[2 * WORKER_MARKS_MAX], i;

	for (i = 0; i < ARRAY_LENGTH(levels); i++) {
		levels[i] = worker_begin(&mark);
		mark.note.who = INNER;
	}
	while (atomic_load(&outer_reports) == 0)
		;
	/* What was not ended further in ends with it. */
	worker_end(levels[1]);
	worker_end(levels[0]);
	mark.note.who = OUTER;
	mark.since = clock_monotonic();
	worker_end(worker_begin(&mark));
}

static void
only_the_outermost_marks_are_watched(void **state)
{
	struct pool_overdue overdue[4 * WORKER_MARKS_MAX];
	struct task task;

	start(1, 0);
	task_post(&task, nest_deep);
	gate_wait(&task.gate, 1);
	assert_int_equal(atomic_load(&outer_reports), 1);
	assert_true(atomic_load(&inner_reports) < WORKER_MARKS_MAX);
	assert_int_equal(
	    pool_read_overdue(class.pool, overdue, ARRAY_LENGTH(overdue)), 0);
	gate_open(&task.gate);
	pool_destroy(class.pool);
}

/* --- threads that end slowly ---------------------------------------------- */

static pthread_key_t key;
static struct gate slow_end;

/* Code of a plugin. */
static void
destructor(void *value)
{
	gate_pass(&slow_end);
}

static void
leave_something_and_retire(struct task *task)
{
	(void)pthread_setspecific(key, &key);
	worker_retire();
}

static void
start_with_a_thread_that_does_not_end(struct task *task)
{
	gate_init(&slow_end);
	assert_int_equal(pthread_key_create(&key, destructor), 0);
	start(1, 1);
	task_post(task, leave_something_and_retire);
	gate_open(&task->gate);
	gate_wait(&slow_end, 1);
}

static void
mark_and_wait(struct task *task)
{
	const struct worker_mark mark = {
	    .note.who = OUTER, .since = clock_monotonic()};
	unsigned level = worker_begin(&mark);

	gate_pass(&task->gate);
	worker_end(level);
}

static void
a_destructor_that_hangs_starves_nobody(void **state)
{
	struct task slow, hung, other;

	start_with_a_thread_that_does_not_end(&slow);
	task_post(&hung, mark_and_wait);
	wait_until(outer_is_reported, NULL);
	task_post(&other, do_nothing);
	gate_wait(&other.gate, 1);
	gate_open(&other.gate);
	gate_open(&hung.gate);
	gate_open(&slow_end);
	pool_destroy(class.pool);
	(void)pthread_key_delete(key);
}

static void
a_destructor_that_hangs_does_not_keep_a_pool_from_its_end(void **state)
{
	struct task slow;

	start_with_a_thread_that_does_not_end(&slow);
	log_keep();
	pool_destroy(class.pool);
	assert_non_null(
	    strstr(log_kept(), "a destructor of thread-specific data hangs"));
	gate_open(&slow_end);
	(void)pthread_key_delete(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_outer_mark_that_keeps_nesting_is_reported_once),
	    cmocka_unit_test(only_the_outermost_marks_are_watched),
	    cmocka_unit_test(a_destructor_that_hangs_starves_nobody),
	    cmocka_unit_test(
		a_destructor_that_hangs_does_not_keep_a_pool_from_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
