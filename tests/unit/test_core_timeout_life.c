/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_timeout_life.c: whose timeouts are, and when they end: with their
 * registrant, their instance, their owner. What has ended is closed, so that a
 * call that comes too late ends the program.
 */
#include "tick.h"

/* --- whose they are ------------------------------------------------------- */

static void
tick_from_now_on(netid_t id)
{
	tick.timeout = net_timeout_every(id, 1, tick_call, &tick);
}

static void
tick_otherwise(netid_t id)
{
	other_tick.timeout = net_timeout_every(id, 1, tick_call, &other_tick);
}

/* Of the first registrant's shutdown: the tick is over by then. */
static void
close_the_tick(netid_t id)
{
	tick_close(&tick);
	assert_int_equal(net_untimeout(tick.timeout), ESRCH);
}

static void
those_of_a_registrant_are_cancelled_before_its_shutdown(void **state)
{
	A->on_create = tick_from_now_on;
	A->on_shutdown = close_the_tick;
	B->on_create = tick_otherwise;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	tick_wait(&tick);
	tick_wait(&other_tick);
	assert_int_equal(leave(A), DDI_SUCCESS);
	tick_wait(&other_tick);
	tick_wait(&other_tick);
	assert_int_equal(net_untimeout(other_tick.timeout), 0);
}

/* None on the global instance, where it would go on. */
static void
tick_on_all_but_the_global_instance(netid_t id)
{
	if (id != 0)
		tick_from_now_on(id);
}

static void
those_of_a_registrant_end_with_their_instance(void **state)
{
	A->on_create = tick_on_all_but_the_global_instance;
	A->on_shutdown = close_the_tick;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	tick_wait(&tick);
	assert_int_equal(destroy(1), 0);
}

static void
tick_on_the_global_instance(netid_t id)
{
	if (id != 0)
		tick_from_now_on(0);
}

static void
one_made_for_another_instance_goes_with_the_registrant_there(void **state)
{
	A->on_create = tick_on_the_global_instance;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	assert_int_equal(destroy(1), 0);
	tick_wait(&tick);
	A->on_shutdown = close_the_tick;
	assert_int_equal(leave(A), DDI_SUCCESS);
}

static void
say_whether_one_can_be_made(netid_t id)
{
	diary_write(
	    "%s", net_timeout(id, 0, tick_call, &tick) == 0 ? "no" : "yes");
}

static void
none_can_be_made_in_shutdown_or_later(void **state)
{
	tick_close(&tick);
	(void)add_instance("one", NULL);
	assert_int_equal(enter(A), DDI_SUCCESS);
	A->on_shutdown = A->on_destroy = say_whether_one_can_be_made;
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) no a.destroy(1) no");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) no a.destroy(0) no");
	tick_let_come(0);
}

static void
fail_on_the_global_instance(netid_t id)
{
	A->fails = id == 0;
	say_whether_one_can_be_made(0);
}

static void
those_of_a_create_that_failed_are_cancelled(void **state)
{
	tick_close(&tick);
	A->on_create = fail_on_the_global_instance;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) yes");
	(void)add_instance("one", NULL);
	assert_diary("a.create(1) no");
	assert_string_equal(pairs_of(1), "a:active");
	tick_let_come(0);
	A->on_create = tick_from_now_on;
	A->fails = false;
	atomic_store(&tick.closed, false);
	retry(core_owner);
	tick_wait(&tick);
}

static void
those_of_threads_are_cancelled_before_the_first_shutdown(void **state)
{
	(void)add_instance("one", NULL);
	A->on_shutdown = close_the_tick;
	assert_int_equal(enter(A), DDI_SUCCESS);
	tick_from_now_on(1);
	tick_wait(&tick);
	assert_int_equal(destroy(1), 0);
}

static void
those_of_threads_are_cancelled_when_their_owner_retires(void **state)
{
	A->on_shutdown = close_the_tick;
	assert_int_equal(enter(A), DDI_SUCCESS);
	tick_from_now_on(0);
	tick_wait(&tick);
	retire(core_owner);
	assert_true(atomic_load(&tick.closed));
	assert_int_equal(net_timeout(0, HOUR, tick_call, &tick), 0);
}

/* --- everything at once --------------------------------------------------- */

static void
come_in(netid_t id)
{
	instance_enter(id);
	(void)net_timeout_every(id, 1, tick_call, &tick);
	(void)net_timeout(id, 0, tick_call, &tick);
	instance_leave(id);
}

static void
go(netid_t id)
{
	instance_enter(id);
	instance_leave(id);
}

static void
hear(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	go(id);
	(void)net_timeout(id, 0, tick_call, &tick);
}

static void
none_runs_together_with_a_callback_of_its_instance(void **state)
{
	unsigned i;

	A->on_create = B->on_create = come_in;
	A->on_shutdown = B->on_shutdown = A->on_destroy = B->on_destroy = go;
	B->on_notify = hear;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter_with_notify(B), 0);
	for (i = 0; i < 100; i++) {
		assert_int_equal(add_protocol(0, "p"), 0);
		assert_int_equal(remove_protocol(0, "p"), 0);
		(void)diary_take();
	}
	tick_wait(&tick);
	assert_int_equal(leave(B), DDI_SUCCESS);
}

#define THREADS	   8
#define TICKS	   4000 /* of each thread */
#define GENERATION 4	/* instances there are at a time */

static struct {
	_Atomic netid_t instances[GENERATION];
	_Atomic unsigned done; /* threads */
	struct tick ticks[THREADS][TICKS];
} crowd;

static void *
crowd_member(void *arg)
{
	struct tick *ticks = arg, *any;
	uint64_t milliseconds;
	netid_t id;
	unsigned i;

	for (i = 0; i < TICKS; i++) {
		id = crowd.instances[random() % GENERATION];
		milliseconds = (uint64_t)random() % 4;
		ticks[i].timeout =
		    random() % 2 == 0
			? net_timeout(id, milliseconds, tick_call, &ticks[i])
			: net_timeout_every(
			      id, milliseconds, tick_call, &ticks[i]);
		any = &ticks[(unsigned)random() % (i + 1)];
		(void)net_untimeout(any->timeout);
		tick_close(any);
	}
	(void)atomic_fetch_add(&crowd.done, 1);
	return NULL;
}

static void
crowd_replace(unsigned place)
{
	static const char *const names[GENERATION] = {"a", "b", "c", "d"};
	netid_t id = crowd.instances[place];

	if (id != 0) {
		assert_int_equal(destroy(id), 0);
		atomic_store(&gone[id], true);
	}
	crowd.instances[place] = add_instance(names[place], NULL);
}

static void
threads_make_and_cancel_while_instances_and_registrants_come_and_go(
    void **state)
{
	pthread_t threads[THREADS];
	unsigned i;

	memset(&crowd, 0, sizeof(crowd));
	A->on_create = come_in;
	A->on_shutdown = A->on_destroy = go;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, crowd_member,
				     crowd.ticks[i]),
		    0);
	for (i = 0; i < INSTANCES / 4 && atomic_load(&crowd.done) < THREADS;
	     i++) {
		atomic_store(&tick.closed, false);
		assert_int_equal(enter(A), DDI_SUCCESS);
		crowd_replace(i % GENERATION);
		assert_int_equal(leave(A), DDI_SUCCESS);
		tick_close(&tick);
		crowd_replace((i + 1) % GENERATION);
		(void)diary_take();
	}
	for (i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TICK_TEST(those_of_a_registrant_are_cancelled_before_its_shutdown),
	    TICK_TEST(those_of_a_registrant_end_with_their_instance),
	    TICK_TEST(
		one_made_for_another_instance_goes_with_the_registrant_there),
	    TICK_TEST(none_can_be_made_in_shutdown_or_later),
	    TICK_TEST(those_of_a_create_that_failed_are_cancelled),
	    TICK_TEST(those_of_threads_are_cancelled_before_the_first_shutdown),
	    TICK_TEST(those_of_threads_are_cancelled_when_their_owner_retires),
	    TICK_TEST(none_runs_together_with_a_callback_of_its_instance),
	    TICK_TEST(
		threads_make_and_cancel_while_instances_and_registrants_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
