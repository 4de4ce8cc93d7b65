/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_base_plugin_lock.c: the conditions and read-write locks that plugins
 * get, by several threads at a time. What a lock guards here is deliberately
 * not atomic, so that the thread sanitizer sees a lock that does not.
 */
#include "base/plugin_lock.h"

#include <sched.h>

#include "lib/clock.h"
#include "test.h"

#define THREADS 4
#define ROUNDS	2000

static struct plugin_rwlock rwlock;
static struct plugin_lock lock;
static struct plugin_condition condition;
static int64_t left, right; /* equal, whenever nobody is writing */
static int turn;	    /* whose it is */

static void
run_threads(void *(*body)(void *))
{
	pthread_t threads[THREADS];
	uintptr_t i;

	for (i = 0; i < THREADS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, body, (void *)i), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* Writes; then reads on as the same thread, which nobody can come between. */
static void
write_once(void)
{
	int64_t written;

	assert_true(plugin_rwlock_write(&rwlock));
	assert_true(plugin_rwlock_is_mine(&rwlock));
	left++;
	right++;
	written = left;
	assert_true(plugin_rwlock_downgrade(&rwlock));
	assert_false(plugin_rwlock_is_mine(&rwlock));
	assert_int_equal(left, written);
	assert_true(plugin_rwlock_exit(&rwlock));
}

static void
read_once(void)
{
	assert_true(plugin_rwlock_read(&rwlock));
	assert_int_equal(left, right);
	if (plugin_rwlock_try_upgrade(&rwlock)) {
		left++;
		right++;
	}
	assert_true(plugin_rwlock_exit(&rwlock));
}

static void *
read_and_write(void *arg)
{
	unsigned i;

	for (i = 0; i < ROUNDS; i++)
		if ((i + (uintptr_t)arg) % 4 == 0)
			write_once();
		else
			read_once();
	return NULL;
}

static void
a_writer_is_alone_and_readers_see_whole_writes(void **state)
{
	plugin_rwlock_init(&rwlock);
	run_threads(read_and_write);
	assert_int_equal(left, right);
	assert_true(left >= THREADS * ROUNDS / 4);
	assert_true(plugin_rwlock_try_write(&rwlock));
	assert_true(plugin_rwlock_exit(&rwlock));
	plugin_rwlock_destroy(&rwlock);
}

static void *
write_behind(void *arg)
{
	assert_true(plugin_rwlock_write(&rwlock));
	turn = 1;
	assert_true(plugin_rwlock_exit(&rwlock));
	return NULL;
}

static void
who_waits_to_write_keeps_new_readers_out(void **state)
{
	int64_t end = clock_monotonic() + 60 * NS_PER_SEC;
	pthread_t writer;

	turn = 0;
	plugin_rwlock_init(&rwlock);
	assert_true(plugin_rwlock_read(&rwlock));
	assert_int_equal(pthread_create(&writer, NULL, write_behind, NULL), 0);
	while (plugin_rwlock_try_read(&rwlock)) {
		assert_true(plugin_rwlock_exit(&rwlock));
		assert_true(clock_monotonic() < end);
	}
	assert_false(plugin_rwlock_try_upgrade(&rwlock));
	assert_true(plugin_rwlock_exit(&rwlock));
	assert_true(plugin_rwlock_read(&rwlock));
	assert_int_equal(turn, 1);
	assert_true(plugin_rwlock_exit(&rwlock));
	assert_int_equal(pthread_join(writer, NULL), 0);
	plugin_rwlock_destroy(&rwlock);
}

static void *
exit_of_another(void *arg)
{
	assert_false(plugin_rwlock_exit(&rwlock));
	assert_false(plugin_rwlock_downgrade(&rwlock));
	assert_false(plugin_rwlock_try_read(&rwlock));
	assert_false(plugin_rwlock_is_mine(&rwlock));
	assert_false(plugin_lock_exit(&lock));
	assert_false(plugin_lock_is_mine(&lock));
	assert_false(plugin_condition_wait(&condition, &lock));
	return NULL;
}

static void
mistakes_change_nothing(void **state)
{
	bool passed;

	plugin_rwlock_init(&rwlock);
	plugin_lock_init(&lock);
	plugin_condition_init(&condition);
	assert_false(plugin_rwlock_exit(&rwlock));
	assert_false(plugin_rwlock_try_upgrade(&rwlock));
	assert_false(plugin_lock_exit(&lock));
	assert_false(
	    plugin_condition_wait_until(&condition, &lock, 0, &passed));
	assert_true(plugin_rwlock_write(&rwlock));
	assert_false(plugin_rwlock_write(&rwlock));
	assert_false(plugin_rwlock_read(&rwlock));
	assert_true(plugin_lock_enter(&lock));
	run_threads(exit_of_another);
	assert_true(plugin_lock_exit(&lock));
	assert_true(plugin_rwlock_exit(&rwlock));
	assert_false(plugin_rwlock_exit(&rwlock));
	plugin_condition_destroy(&condition);
	plugin_lock_destroy(&lock);
	plugin_rwlock_destroy(&rwlock);
}

/* Each thread waits for its turn, takes it and passes it on. */
static void *
take_turns(void *arg)
{
	int me = (int)(uintptr_t)arg, i;

	for (i = 0; i < ROUNDS / 10; i++) {
		assert_true(plugin_lock_enter(&lock));
		while (turn != me) {
			assert_true(plugin_condition_wait(&condition, &lock));
			assert_true(plugin_lock_is_mine(&lock));
		}
		left++;
		turn = (me + 1) % THREADS;
		plugin_condition_wake_all(&condition);
		assert_true(plugin_lock_exit(&lock));
	}
	return NULL;
}

static void
a_condition_wakes_who_waits_and_gives_the_lock_back(void **state)
{
	left = turn = 0;
	plugin_lock_init(&lock);
	plugin_condition_init(&condition);
	run_threads(take_turns);
	assert_int_equal(left, THREADS * (ROUNDS / 10));
	plugin_condition_destroy(&condition);
	plugin_lock_destroy(&lock);
}

static void
a_wait_ends_at_its_time(void **state)
{
	int64_t before = clock_monotonic();
	bool passed = false;

	plugin_lock_init(&lock);
	plugin_condition_init(&condition);
	assert_true(plugin_lock_enter(&lock));
	while (!passed)
		assert_true(plugin_condition_wait_until(
		    &condition, &lock, before + 5 * NS_PER_MS, &passed));
	assert_true(clock_monotonic() >= before + 5 * NS_PER_MS);
	assert_true(plugin_lock_is_mine(&lock));
	assert_true(plugin_lock_exit(&lock));
	plugin_condition_destroy(&condition);
	plugin_lock_destroy(&lock);
}

/* --- waits that are cancelled --------------------------------------------- */

static void
leave_the_lock(void *arg)
{
	assert_true(plugin_lock_exit(&lock));
}

static void *
wait_with_a_handler(void *arg)
{
	assert_true(plugin_lock_enter(&lock));
	pthread_cleanup_push(leave_the_lock, NULL);
	__atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
	for (;;)
		(void)plugin_condition_wait(&condition, &lock);
	pthread_cleanup_pop(0);
}

static void
end_by_cancelling(pthread_t thread)
{
	void *result = NULL;

	assert_int_equal(pthread_cancel(thread), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, PTHREAD_CANCELED);
}

static void
who_is_cancelled_in_a_wait_has_the_lock_and_can_leave_it(void **state)
{
	bool waits = false;
	pthread_t thread;

	plugin_lock_init(&lock);
	plugin_condition_init(&condition);
	assert_int_equal(
	    pthread_create(&thread, NULL, wait_with_a_handler, &waits), 0);
	while (!__atomic_load_n(&waits, __ATOMIC_ACQUIRE))
		(void)sched_yield();
	/* It has let go of the lock, so it waits. */
	assert_true(plugin_lock_enter(&lock));
	assert_true(plugin_lock_exit(&lock));
	end_by_cancelling(thread);
	assert_true(plugin_lock_try(&lock));
	assert_true(plugin_lock_exit(&lock));
	plugin_condition_destroy(&condition);
	plugin_lock_destroy(&lock);
}

static void *
write_for_ever(void *arg)
{
	(void)plugin_rwlock_write(&rwlock);
	return arg;
}

static bool
writer_waits(void)
{
	bool entered = plugin_rwlock_try_read(&rwlock);

	if (entered)
		assert_true(plugin_rwlock_exit(&rwlock));
	return !entered;
}

static void
a_writer_that_is_cancelled_is_not_waited_for(void **state)
{
	pthread_t thread;

	plugin_rwlock_init(&rwlock);
	assert_true(plugin_rwlock_read(&rwlock));
	assert_int_equal(
	    pthread_create(&thread, NULL, write_for_ever, NULL), 0);
	while (!writer_waits())
		(void)sched_yield();
	end_by_cancelling(thread);
	assert_false(writer_waits());
	assert_true(plugin_rwlock_exit(&rwlock));
	assert_true(plugin_rwlock_try_write(&rwlock));
	assert_true(plugin_rwlock_exit(&rwlock));
	plugin_rwlock_destroy(&rwlock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_writer_is_alone_and_readers_see_whole_writes),
	    cmocka_unit_test(who_waits_to_write_keeps_new_readers_out),
	    cmocka_unit_test(mistakes_change_nothing),
	    cmocka_unit_test(
		a_condition_wakes_who_waits_and_gives_the_lock_back),
	    cmocka_unit_test(a_wait_ends_at_its_time),
	    cmocka_unit_test(
		who_is_cancelled_in_a_wait_has_the_lock_and_can_leave_it),
	    cmocka_unit_test(a_writer_that_is_cancelled_is_not_waited_for),
	};

	return cmocka_run_group_tests_name("plugin_lock", tests, NULL, NULL);
}
