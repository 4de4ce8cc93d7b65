/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exec_pool.c: the workers, their spares, and the watch over those that
 * take too long. A task is a job on a strand of its own that stops at a gate.
 */
#include "exec/pool.h"

#include "core_fixture.h"

#define TASKS  8
#define ROUNDS 30
#define TICK   (10 * NS_PER_MS) /* of the watch */

static struct strand_class class;

struct task {
	struct strand strand;
	struct job job;
	struct gate gate, inner_gate, last_gate, over;
	bool marked;	    /* with its number */
	bool before, after; /* nested at the gate: with its number + 100 */
	unsigned number;
	pid_t thread;
	void (*first)(void); /* called first, if any */
};

static struct task tasks[TASKS];

/* How often each number was reported. */
static _Atomic unsigned reports[200];

static void
leave_it_alone(struct strand *strand)
{
}

static void
run_nested(struct task *task)
{
	const struct worker_mark inner = {
	    .note.who = task->number + 100U, .since = clock_monotonic()};
	unsigned level = 0;

	level = worker_begin(&inner);
	gate_pass(&task->inner_gate);
	worker_end(level);
}

static enum job_result
task_run(struct job *job, struct strand *strand)
{
	struct task *task = CONTAINER_OF(job, struct task, job);
	const struct worker_mark mark = {
	    .note.who = task->number, .since = clock_monotonic()};
	unsigned level = 0;

	task->thread = gettid();
	if (task->first != NULL)
		task->first();
	if (task->marked)
		level = worker_begin(&mark);
	if (task->before)
		run_nested(task);
	gate_pass(&task->gate);
	if (task->after)
		run_nested(task);
	gate_pass(&task->last_gate);
	if (task->marked)
		worker_end(level);
	gate_pass(&task->over);
	return JOB_DONE;
}

static void
count_report(const struct worker_note *note, int64_t elapsed)
{
	ASSERT(elapsed > 0 && note->who < ARRAY_LENGTH(reports));
	(void)atomic_fetch_add(&reports[note->who], 1);
}

static void
start(unsigned workers, unsigned spares, int64_t deadline)
{
	const struct pool_config config = {
	    .name = "test",
	    .workers = workers,
	    .spares = spares,
	    .deadline = deadline,
	    .overdue = count_report,
	};
	unsigned i;

	for (i = 0; i < ARRAY_LENGTH(reports); i++)
		atomic_store(&reports[i], 0);
	class = (struct strand_class){
	    pool_create(&config), leave_it_alone, leave_it_alone};
	assert_non_null(class.pool);
}

static void
stop(void)
{
	pool_destroy(class.pool);
}

static struct task *
task_init(unsigned number)
{
	struct task *task = &tasks[number];

	*task = (struct task){.job.run = task_run, .number = number};
	strand_init(&task->strand, &class);
	gate_init(&task->gate);
	gate_init(&task->inner_gate);
	gate_init(&task->last_gate);
	gate_init(&task->over);
	gate_open(&task->over);
	return task;
}

static struct task *
task_post(unsigned number)
{
	struct task *task = task_init(number);

	strand_post(&task->strand, &task->job);
	return task;
}

static struct task *
task_post_marked(unsigned number)
{
	struct task *task = task_init(number);

	task->marked = true;
	strand_post(&task->strand, &task->job);
	return task;
}

static void
task_end(struct task *task)
{
	gate_open(&task->inner_gate);
	gate_open(&task->gate);
	gate_open(&task->last_gate);
	gate_wait(&task->over, 1);
}

static unsigned
workers_now(void)
{
	struct pool_status status;

	pool_read_status(class.pool, &status);
	return status.workers;
}

static bool
workers_are(void *arg)
{
	return workers_now() == *(unsigned *)arg;
}

static void
wait_for_workers(unsigned workers)
{
	wait_until(workers_are, &workers);
}

static bool
is_reported(void *arg)
{
	return atomic_load(&reports[*(unsigned *)arg]) > 0;
}

static void
wait_for_report(unsigned number)
{
	wait_until(is_reported, &number);
}

/* What it says of one newer has been looked at again by then. */
static void
let_the_watch_look_again(unsigned number)
{
	struct task *witness = task_post_marked(number);

	wait_for_report(number);
	task_end(witness);
}

static void
a_hung_job_does_not_starve_the_others(void **state)
{
	struct task *hung, *other;

	start(1, 1, 0);
	hung = task_post(0);
	gate_wait(&hung->gate, 1);
	other = task_post(1);
	task_end(other);
	assert_int_equal(workers_now(), 2);
	assert_int_not_equal(other->thread, hung->thread);
	task_end(hung);
	stop();
}

static void
spares_come_up_to_the_limit(void **state)
{
	struct pool_status status;
	unsigned i;

	start(1, 2, 0);
	for (i = 0; i < 4; i++)
		(void)task_post(i);
	for (i = 0; i < 3; i++)
		gate_wait(&tasks[i].gate, 1);
	pool_read_status(class.pool, &status);
	assert_int_equal(status.workers, 3);
	assert_int_equal(status.busy, 3);
	assert_int_equal(status.queued, 1);
	for (i = 0; i < 4; i++)
		task_end(&tasks[i]);
	stop();
}

/* A slow machine may need a spare after one tick, none does before. */
static void
no_spare_comes_before_the_watch_has_looked_twice(void **state)
{
	int64_t begun;
	unsigned i, workers;

	for (i = 0; i < ROUNDS; i++) {
		begun = clock_monotonic();
		start(1, 1, 0);
		task_end(task_post(0));
		workers = workers_now();
		assert_true(workers == 1 || clock_monotonic() - begun >= TICK);
		stop();
	}
}

static bool
is_one_of(pid_t thread, unsigned first)
{
	unsigned i;

	for (i = 0; i < first; i++)
		if (tasks[i].thread == thread)
			return true;
	return false;
}

static void
the_configured_number_of_workers_stays_after_a_burst(void **state)
{
	unsigned i;

	start(3, 2, 0);
	for (i = 0; i < 5; i++)
		(void)task_post(i);
	for (i = 0; i < 5; i++)
		gate_wait(&tasks[i].gate, 1);
	assert_int_equal(workers_now(), 5);
	for (i = 0; i < 5; i++)
		task_end(&tasks[i]);
	wait_for_workers(3);
	/* If more had left, the next ones would be run by new threads. */
	for (i = 5; i < 8; i++)
		(void)task_post(i);
	for (i = 5; i < 8; i++)
		gate_wait(&tasks[i].gate, 1);
	assert_int_equal(workers_now(), 3);
	for (i = 5; i < 8; i++) {
		assert_true(is_one_of(tasks[i].thread, 5));
		task_end(&tasks[i]);
	}
	stop();
}

static void
the_spare_of_a_hung_worker_leaves_when_that_comes_back(void **state)
{
	struct task *hung, *other;

	start(1, 1, NS_PER_MS);
	hung = task_post_marked(0);
	wait_for_report(0);
	other = task_post(1);
	task_end(other);
	assert_int_equal(workers_now(), 2);
	task_end(hung);
	wait_for_workers(1);
	other = task_post(2);
	task_end(other);
	assert_int_equal(workers_now(), 1);
	stop();
}

static void
what_is_overdue_is_reported_once(void **state)
{
	struct task *hung;

	start(2, 0, NS_PER_MS);
	hung = task_post_marked(0);
	wait_for_report(0);
	let_the_watch_look_again(1);
	let_the_watch_look_again(2);
	assert_int_equal(atomic_load(&reports[0]), 1);
	task_end(hung);
	stop();
}

static void
nested_marks_are_reported_once_each(void **state)
{
	struct task *task;

	start(2, 0, NS_PER_MS);
	task = task_init(0);
	task->marked = task->before = true;
	strand_post(&task->strand, &task->job);
	wait_for_report(100);
	gate_open(&task->inner_gate);
	wait_for_report(0);
	let_the_watch_look_again(1);
	assert_int_equal(atomic_load(&reports[0]), 1);
	assert_int_equal(atomic_load(&reports[100]), 1);
	task_end(task);
	stop();
}

static void
an_outer_mark_is_not_reported_again_after_an_inner_one(void **state)
{
	struct task *task;

	start(2, 0, NS_PER_MS);
	task = task_init(0);
	task->marked = task->after = true;
	strand_post(&task->strand, &task->job);
	wait_for_report(0);
	gate_open(&task->gate);
	wait_for_report(100);
	gate_open(&task->inner_gate);
	gate_wait(&task->last_gate, 1);
	let_the_watch_look_again(1);
	assert_int_equal(atomic_load(&reports[0]), 1);
	assert_int_equal(atomic_load(&reports[100]), 1);
	task_end(task);
	stop();
}

static void
what_is_not_marked_is_not_reported(void **state)
{
	struct task *task;

	start(2, 0, NS_PER_MS);
	task = task_post(0);
	gate_wait(&task->gate, 1);
	let_the_watch_look_again(1);
	assert_int_equal(atomic_load(&reports[0]), 0);
	task_end(task);
	stop();
}

static void
a_new_deadline_holds_for_what_runs_already(void **state)
{
	struct pool_overdue overdue[TASKS];
	struct task *task;

	start(1, 0, 0);
	task = task_post_marked(3);
	gate_wait(&task->gate, 1);
	assert_int_equal(pool_read_overdue(class.pool, overdue, TASKS), 0);
	pool_set_deadline(class.pool, 1);
	wait_for_report(3);
	assert_int_equal(pool_read_overdue(class.pool, overdue, TASKS), 1);
	assert_int_equal(overdue[0].note.who, 3);
	assert_true(overdue[0].elapsed > 1);
	pool_set_deadline(class.pool, 3600 * NS_PER_SEC);
	assert_int_equal(pool_read_overdue(class.pool, overdue, TASKS), 0);
	task_end(task);
	stop();
}

static void
marks_of_threads_that_are_no_workers_are_ignored(void **state)
{
	const struct worker_mark mark = {.note.who = 1, .since = 1};
	unsigned level = 0;

	start(1, 0, NS_PER_MS);
	level = worker_begin(&mark);
	let_the_watch_look_again(2);
	assert_int_equal(atomic_load(&reports[1]), 0);
	worker_end(level);
	stop();
}

/* --- a destructor of a leaving worker ------------------------------------- */

static pthread_key_t key;
static _Atomic unsigned destructors;

/* Code of a plugin: it may ask anything that takes the pool's lock. */
static void
destructor(void *value)
{
	(void)workers_now();
	(void)atomic_fetch_add(&destructors, 1);
}

static void
leave_something_in_the_thread(void)
{
	(void)pthread_setspecific(key, &key);
}

static bool
one_destructor_ran(void *arg)
{
	return atomic_load(&destructors) == 1;
}

static void
a_destructor_of_a_leaving_worker_may_use_the_pool(void **state)
{
	unsigned i;

	atomic_store(&destructors, 0);
	assert_int_equal(pthread_key_create(&key, destructor), 0);
	start(1, 1, 0);
	for (i = 0; i < 2; i++) {
		task_init(i)->first = leave_something_in_the_thread;
		strand_post(&tasks[i].strand, &tasks[i].job);
	}
	for (i = 0; i < 2; i++)
		gate_wait(&tasks[i].gate, 1);
	for (i = 0; i < 2; i++)
		task_end(&tasks[i]);
	wait_until(one_destructor_ran, NULL);
	assert_int_equal(workers_now(), 1);
	stop();
	assert_int_equal(atomic_load(&destructors), 2);
	(void)pthread_key_delete(key);
}

/* --- workers that give up ------------------------------------------------- */

static _Atomic pid_t noted_thread;

static enum job_result
note_thread(struct job *job, struct strand *strand)
{
	atomic_store(&noted_thread, gettid());
	return JOB_DONE;
}

static bool
thread_is_noted(void *arg)
{
	return atomic_load(&noted_thread) != 0;
}

static void
a_worker_that_gives_up_leaves_after_its_job_and_is_replaced(void **state)
{
	struct task *last;
	struct pool_status status;
	struct job job = {.run = note_thread};

	start(1, 0, 0);
	last = task_init(0);
	last->first = worker_retire;
	strand_post(&last->strand, &last->job);
	gate_wait(&last->gate, 1);
	/* On the same strand, so the same worker would run it next. */
	strand_post(&last->strand, &job);
	task_end(last);
	wait_until(thread_is_noted, NULL);
	assert_int_not_equal(noted_thread, last->thread);
	wait_for_workers(1);
	pool_read_status(class.pool, &status);
	assert_int_equal(status.retired, 1);
	stop();
}

static void
one_that_gives_up_while_the_pool_ends_leaves_nothing_undone(void **state)
{
	struct job job = {.run = note_thread};
	struct task *last;

	start(1, 0, 0);
	last = task_init(0);
	last->first = worker_retire;
	gate_open(&last->gate);
	gate_open(&last->last_gate);
	atomic_store(&noted_thread, 0);
	strand_post(&last->strand, &last->job);
	strand_post(&last->strand, &job);
	stop();
	assert_int_not_equal(noted_thread, 0);
	assert_int_not_equal(noted_thread, last->thread);
}

static void
on_a_thread_that_is_no_worker_giving_up_does_nothing(void **state)
{
	start(1, 0, 0);
	worker_retire();
	task_end(task_post(0));
	assert_int_equal(workers_now(), 1);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_hung_job_does_not_starve_the_others),
	    cmocka_unit_test(spares_come_up_to_the_limit),
	    cmocka_unit_test(no_spare_comes_before_the_watch_has_looked_twice),
	    cmocka_unit_test(
		the_configured_number_of_workers_stays_after_a_burst),
	    cmocka_unit_test(
		the_spare_of_a_hung_worker_leaves_when_that_comes_back),
	    cmocka_unit_test(what_is_overdue_is_reported_once),
	    cmocka_unit_test(nested_marks_are_reported_once_each),
	    cmocka_unit_test(
		an_outer_mark_is_not_reported_again_after_an_inner_one),
	    cmocka_unit_test(what_is_not_marked_is_not_reported),
	    cmocka_unit_test(a_new_deadline_holds_for_what_runs_already),
	    cmocka_unit_test(marks_of_threads_that_are_no_workers_are_ignored),
	    cmocka_unit_test(a_destructor_of_a_leaving_worker_may_use_the_pool),
	    cmocka_unit_test(
		a_worker_that_gives_up_leaves_after_its_job_and_is_replaced),
	    cmocka_unit_test(
		one_that_gives_up_while_the_pool_ends_leaves_nothing_undone),
	    cmocka_unit_test(
		on_a_thread_that_is_no_worker_giving_up_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
