/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exec_strand.c: the serial job queue, on a pool with one worker, so that
 * the diary has one order. A task is a job that writes its letter and then does
 * what the test wants.
 */
#include "exec/strand.h"

#include "exec/pool.h"
#include "core_fixture.h"

static _Atomic int held;
/* Idle when the pool is gone, not before the test is over. */
static struct strand strand, another;

static void
count_hold(struct strand *held_one)
{
	(void)atomic_fetch_add(&held, 1);
}

static void
count_release(struct strand *idle_one)
{
	(void)atomic_fetch_sub(&held, 1);
}

static struct strand_class class = {NULL, count_hold, count_release};

struct task {
	struct job job;
	char letter;
	unsigned waits;	    /* so many times it returns JOB_WAITING */
	struct gate *gate;  /* passed first, if any */
	struct task *posts; /* posted to the same strand */
	struct task *inner; /* run inside */
	struct gate over;   /* arrived at when it is done */
	bool resumes_early; /* resumes before it returns JOB_WAITING */
};

static enum job_result
task_run(struct job *job, struct strand *own)
{
	struct task *task = CONTAINER_OF(job, struct task, job);

	diary_write("%c", task->letter);
	if (task->gate != NULL)
		gate_pass(task->gate);
	if (task->posts != NULL)
		strand_post(own, &task->posts->job);
	if (task->inner != NULL)
		strand_run_inside(own, &task->inner->job);
	diary_write(".");
	if (task->waits > 0) {
		task->waits--;
		if (task->resumes_early)
			strand_resume(own);
		return JOB_WAITING;
	}
	gate_pass(&task->over);
	return JOB_DONE;
}

static void
task_init(struct task *task, char letter)
{
	*task = (struct task){.job.run = task_run, .letter = letter};
	gate_init(&task->over);
	task->over.open = true;
}

static void
task_wait(struct task *task)
{
	gate_wait(&task->over, 1);
	gate_destroy(&task->over);
}

static bool
is_idle(void *arg)
{
	return atomic_load(&held) == 0;
}

static int
start(void **state)
{
	struct pool_config config = {.name = "test", .workers = 1};

	(void)diary_take();
	class.pool = pool_create(&config);
	return class.pool != NULL ? 0 : -1;
}

static int
stop(void **state)
{
	pool_destroy(class.pool);
	return atomic_load(&held) == 0 ? 0 : -1;
}

static void
jobs_run_in_the_order_they_were_posted(void **state)
{
	struct task tasks[4];
	struct gate gate;
	unsigned i;

	strand_init(&strand, &class);
	gate_init(&gate);
	for (i = 0; i < ARRAY_LENGTH(tasks); i++)
		task_init(&tasks[i], (char)('a' + i));
	tasks[0].gate = &gate;
	for (i = 0; i < ARRAY_LENGTH(tasks); i++)
		strand_post(&strand, &tasks[i].job);
	gate_wait(&gate, 1);
	assert_diary("a");
	gate_open(&gate);
	for (i = 0; i < ARRAY_LENGTH(tasks); i++)
		task_wait(&tasks[i]);
	assert_diary(". b . c . d .");
	gate_destroy(&gate);
}

static void
a_job_posted_by_a_running_one_comes_after_those_that_wait(void **state)
{
	struct task first, second, posted;
	struct gate gate;

	strand_init(&strand, &class);
	gate_init(&gate);
	task_init(&first, 'a');
	task_init(&second, 'b');
	task_init(&posted, 'c');
	first.gate = &gate;
	first.posts = &posted;
	strand_post(&strand, &first.job);
	gate_wait(&gate, 1);
	strand_post(&strand, &second.job);
	gate_open(&gate);
	task_wait(&first);
	task_wait(&second);
	task_wait(&posted);
	assert_diary("a . b . c .");
	gate_destroy(&gate);
}

static void
a_job_that_waits_runs_again_when_it_is_resumed_later(void **state)
{
	struct task waiting, next, other;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	task_init(&waiting, 'a');
	task_init(&next, 'b');
	task_init(&other, 'o');
	waiting.waits = 1;
	strand_post(&strand, &waiting.job);
	strand_post(&strand, &next.job);
	/* There is one worker: when this one ran, the strand stands still. */
	strand_post(&another, &other.job);
	task_wait(&other);
	assert_diary("a . o .");
	strand_resume(&strand);
	task_wait(&waiting);
	task_wait(&next);
	assert_diary("a . b .");
}

static void
a_resume_that_comes_before_the_job_returned_is_not_lost(void **state)
{
	struct task waiting;

	strand_init(&strand, &class);
	task_init(&waiting, 'a');
	waiting.waits = 2;
	waiting.resumes_early = true;
	strand_post(&strand, &waiting.job);
	task_wait(&waiting);
	assert_diary("a . a . a .");
}

static void
a_job_run_inside_another_is_over_before_that_goes_on(void **state)
{
	struct task outer, inner;

	strand_init(&strand, &class);
	task_init(&outer, 'a');
	task_init(&inner, 'i');
	outer.inner = &inner;
	strand_post(&strand, &outer.job);
	task_wait(&inner);
	task_wait(&outer);
	assert_diary("a i . .");
}

static void
a_job_run_inside_that_waits_stands_first_in_the_queue(void **state)
{
	struct task outer, inner, next;
	struct gate gate;

	strand_init(&strand, &class);
	gate_init(&gate);
	task_init(&outer, 'a');
	task_init(&inner, 'i');
	task_init(&next, 'b');
	outer.gate = &gate;
	outer.inner = &inner;
	inner.waits = 1;
	strand_post(&strand, &outer.job);
	strand_post(&strand, &next.job);
	gate_open(&gate);
	task_wait(&outer);
	task_wait(&inner);
	task_wait(&next);
	assert_diary("a i . . i . b .");
	gate_destroy(&gate);
}

static void
a_strand_is_held_from_the_first_job_until_it_is_idle(void **state)
{
	struct task task;
	struct gate gate;
	int round;

	strand_init(&strand, &class);
	for (round = 0; round < 3; round++) {
		gate_init(&gate);
		task_init(&task, 'a');
		task.gate = &gate;
		assert_int_equal(atomic_load(&held), 0);
		strand_post(&strand, &task.job);
		assert_int_equal(atomic_load(&held), 1);
		gate_open(&gate);
		task_wait(&task);
		wait_until(is_idle, NULL);
		gate_destroy(&gate);
	}
}

static void
a_strand_with_much_to_do_lets_another_have_its_turn(void **state)
{
	static struct task many[1000];
	struct task one;
	struct gate gate;
	unsigned i;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	gate_init(&gate);
	task_init(&one, 'O');
	for (i = 0; i < ARRAY_LENGTH(many); i++)
		task_init(&many[i], 'm');
	many[0].gate = &gate;
	for (i = 0; i < ARRAY_LENGTH(many); i++)
		strand_post(&strand, &many[i].job);
	strand_post(&another, &one.job);
	/* Its worker stops at the last one, so what was before it is known. */
	gate_open(&gate);
	for (i = 0; i < ARRAY_LENGTH(many); i++)
		task_wait(&many[i]);
	task_wait(&one);
	assert_string_not_equal(
	    diary_take() + 2 * 2 * ARRAY_LENGTH(many), "O .");
	gate_destroy(&gate);
}

/* --- posted in order ------------------------------------------------------ */

/* The pool's worker, kept busy by a task of a strand that is to have no more.
 */
struct obstacle {
	struct task task;
	struct gate gate;
};

static void
obstacle_post(struct obstacle *obstacle, struct strand *own)
{
	gate_init(&obstacle->gate);
	task_init(&obstacle->task, '-');
	obstacle->task.gate = &obstacle->gate;
	strand_post(own, &obstacle->task.job);
	gate_wait(&obstacle->gate, 1);
	assert_diary("-");
}

static void
obstacle_go(struct obstacle *obstacle)
{
	gate_open(&obstacle->gate);
	task_wait(&obstacle->task);
	gate_destroy(&obstacle->gate);
}

static void
post_in_order(struct strand *own, struct task *task)
{
	pool_enter(class.pool);
	strand_post_in_order(own, &task->job);
	pool_leave(class.pool);
}

static void
a_strand_that_is_running_keeps_its_place_in_the_order(void **state)
{
	struct obstacle obstacle;
	struct task first, second;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	task_init(&first, '1');
	task_init(&second, '2');
	obstacle_post(&obstacle, &strand);
	post_in_order(&strand, &first);
	post_in_order(&another, &second);
	obstacle_go(&obstacle);
	task_wait(&first);
	task_wait(&second);
	assert_diary(". 1 . 2 .");
}

static void
a_strand_does_not_get_ahead_because_it_had_something_to_do(void **state)
{
	static struct strand third;
	struct obstacle obstacle;
	struct task other, first, second;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	strand_init(&third, &class);
	task_init(&other, 'o');
	task_init(&first, '1');
	task_init(&second, '2');
	obstacle_post(&obstacle, &third);
	strand_post(&another, &other.job);
	post_in_order(&strand, &first);
	post_in_order(&another, &second);
	obstacle_go(&obstacle);
	task_wait(&other);
	task_wait(&first);
	task_wait(&second);
	assert_diary(". o . 1 . 2 .");
}

static void
nor_does_it_fall_behind(void **state)
{
	static struct task many[200];
	struct obstacle obstacle;
	struct task first, second;
	unsigned i;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	task_init(&first, '1');
	task_init(&second, '2');
	obstacle_post(&obstacle, &strand);
	for (i = 0; i < ARRAY_LENGTH(many); i++) {
		task_init(&many[i], 'm');
		strand_post(&strand, &many[i].job);
	}
	post_in_order(&strand, &first);
	post_in_order(&another, &second);
	obstacle_go(&obstacle);
	for (i = 0; i < ARRAY_LENGTH(many); i++)
		task_wait(&many[i]);
	task_wait(&first);
	task_wait(&second);
	assert_string_equal(
	    diary_take() + 2 + 4 * ARRAY_LENGTH(many), "1 . 2 .");
}

static void
one_that_waits_is_not_waited_for_and_then_comes_first(void **state)
{
	struct obstacle obstacle;
	struct task first, second, third;

	strand_init(&strand, &class);
	strand_init(&another, &class);
	task_init(&first, '1');
	task_init(&second, '2');
	task_init(&third, '3');
	first.waits = 1;
	post_in_order(&strand, &first);
	post_in_order(&another, &second);
	task_wait(&second);
	assert_diary("1 . 2 .");
	obstacle_post(&obstacle, &another);
	post_in_order(&another, &third);
	strand_resume(&strand);
	obstacle_go(&obstacle);
	task_wait(&first);
	task_wait(&third);
	assert_diary(". 1 . 3 .");
}

#define STRAND(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STRAND(jobs_run_in_the_order_they_were_posted),
	    STRAND(a_job_posted_by_a_running_one_comes_after_those_that_wait),
	    STRAND(a_job_that_waits_runs_again_when_it_is_resumed_later),
	    STRAND(a_resume_that_comes_before_the_job_returned_is_not_lost),
	    STRAND(a_job_run_inside_another_is_over_before_that_goes_on),
	    STRAND(a_job_run_inside_that_waits_stands_first_in_the_queue),
	    STRAND(a_strand_is_held_from_the_first_job_until_it_is_idle),
	    STRAND(a_strand_with_much_to_do_lets_another_have_its_turn),
	    STRAND(a_strand_that_is_running_keeps_its_place_in_the_order),
	    STRAND(a_strand_does_not_get_ahead_because_it_had_something_to_do),
	    STRAND(nor_does_it_fall_behind),
	    STRAND(one_that_waits_is_not_waited_for_and_then_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
