/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_exit.c: callbacks that end the thread they are made on, or jump out
 * of it. Each is lost alone, and named.
 */
#include <pthread.h>

#include <netinst/netinst.h>

#include "base/catch_exit.h"
#include "core/core.h"
#include "hook_fixture.h"
#include "kstat_fixture.h"

static void
end_the_thread(netid_t id)
{
	if (id == 1)
		pthread_exit(NULL);
}

/* A library may allow for that, and be cancelled. */
static void
have_the_thread_cancelled(netid_t id)
{
	if (id != 1)
		return;
	(void)pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	(void)pthread_cancel(pthread_self());
	pthread_testcancel();
}

static void
only_ask_for_a_cancellation(netid_t id)
{
	(void)pthread_cancel(pthread_self());
}

/* What the log says must hold all of the words. */
static void
assert_named(const char *log, const char *how, const char *callback)
{
	assert_non_null(strstr(log, "plugin tester called pthread_exit()"));
	assert_non_null(strstr(log, how));
	assert_non_null(strstr(log, callback));
	assert_null(strstr(log, "bug"));
}

static bool
worker_is_replaced(void *arg)
{
	struct core_status status;

	core_read_status(&status);
	return status.workers == 1 && status.workers_retired > 0;
}

static void
a_create_that_ends_its_thread_has_failed_there(void **state)
{
	const char *log;

	(void)add_instance("one", NULL);
	A->on_create = end_the_thread;
	log_keep();
	assert_int_equal(enter(A), 0);
	assert_int_equal(enter(B), 0);
	assert_string_equal(pairs_of(1), "a:failed b:active");
	assert_string_equal(pairs_of(0), "a:active b:active");
	wait_until(worker_is_replaced, NULL);
	log = log_kept();
	assert_named(log, "pthread_exit() in create on instance 1", "is lost");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.create(0) a.create(1) b.create(0) b.create(1) "
		     "b.shutdown(1) b.destroy(1)");
}

static void
a_cancelled_create_has_failed_there(void **state)
{
	const char *log;

	(void)add_instance("one", NULL);
	A->on_create = have_the_thread_cancelled;
	log_keep();
	assert_int_equal(enter(A), 0);
	assert_string_equal(pairs_of(1), "a:failed");
	log = log_kept();
	assert_named(log, "or had its thread cancelled", "in create");
	retry(core_owner);
	assert_string_equal(pairs_of(1), "a:failed");
}

static void
a_cancellation_that_nobody_allows_does_nothing(void **state)
{
	(void)add_instance("one", NULL);
	A->on_create = A->on_shutdown = only_ask_for_a_cancellation;
	assert_int_equal(enter(A), 0);
	assert_string_equal(pairs_of(1), "a:active");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.create(0) a.create(1) a.shutdown(1) a.destroy(1)");
}

static void
a_shutdown_or_destroy_that_ends_its_thread_is_over(void **state)
{
	const char *log;

	(void)add_instance("one", NULL);
	A->on_shutdown = A->on_destroy = end_the_thread;
	assert_int_equal(enter(A), 0);
	assert_int_equal(enter(B), 0);
	log_keep();
	assert_int_equal(destroy(1), 0);
	log = log_kept();
	assert_named(log, "in shutdown on instance 1", "in destroy on");
	assert_diary("a.create(0) a.create(1) b.create(0) b.create(1) "
		     "b.shutdown(1) a.shutdown(1) b.destroy(1) a.destroy(1)");
	assert_int_equal(leave(A), 0);
}

/* The notify runs inside create, which goes on. */
static int
notify_that_ends_its_thread(hook_notify_cmd_t command, void *arg,
    const char *id, const char *none, const char *protocol)
{
	pthread_exit(NULL);
}

static void
register_such_a_notify(netid_t id)
{
	diary_write("%d", net_instance_notify_register(
			      id, notify_that_ends_its_thread, NULL));
}

static void
what_was_called_inside_a_callback_is_lost_alone(void **state)
{
	const char *log;

	(void)add_instance("one", "inet");
	A->on_create = register_such_a_notify;
	log_keep();
	assert_int_equal(enter(A), 0);
	log = log_kept();
	assert_named(log, "in notify on instance 1", "is lost");
	assert_string_equal(pairs_of(1), "a:active");
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) a.destroy(1)");
}

/* --- jumps ---------------------------------------------------------------- */

static jmp_buf back;

/*
 * What the framework had under way in a call that was jumped out of stays with
 * it: the call, and a reference to its instance. Of the leak sanitizer, where
 * it is.
 */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

static void
expect_leaks(bool from_here)
{
	if (__lsan_disable != NULL && from_here)
		__lsan_disable();
	if (__lsan_enable != NULL && !from_here)
		__lsan_enable();
}

static int
notify_that_jumps_out(hook_notify_cmd_t command, void *arg, const char *id,
    const char *none, const char *protocol)
{
	longjmp(back, 1);
}

static void
jump_out_of_a_notify(netid_t id)
{
	expect_leaks(true);
	if (id == 1 && setjmp(back) == 0)
		(void)net_instance_notify_register(
		    id, notify_that_jumps_out, NULL);
	expect_leaks(false);
	diary_write(id == 1 ? "back" : "-");
}

static void
what_is_jumped_out_of_is_lost_alone(void **state)
{
	const char *log;

	expect_leaks(true);
	(void)add_instance("one", "inet");
	expect_leaks(false);
	A->on_create = jump_out_of_a_notify;
	log_keep();
	assert_int_equal(enter(A), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "plugin tester jumped out of a callback that was made inside its "
	    "create on instance 1"));
	assert_string_equal(pairs_of(1), "a:active");
	assert_diary("a.create(0) - a.create(1) back");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) a.destroy(1)");
}

/* --- other callbacks ------------------------------------------------------ */

static struct gate gate;

static void
timeout_that_ends_its_thread(netid_t id, void *arg)
{
	gate_pass(&gate);
	pthread_exit(NULL);
}

static void
write_timeout(netid_t id, void *arg)
{
	diary_write("timeout");
	gate_pass(&gate);
}

static void
a_timeout_that_ends_its_thread_is_over(void **state)
{
	const char *log;

	gate_init(&gate);
	gate_open(&gate);
	log_keep();
	assert_int_not_equal(
	    net_timeout(0, 0, timeout_that_ends_its_thread, NULL), 0);
	assert_int_not_equal(net_timeout(0, 1, write_timeout, NULL), 0);
	gate_wait(&gate, 2);
	log = log_kept();
	assert_named(log, "in timeout on instance 0", "is lost");
	assert_diary("timeout");
}

static int
update_that_ends_its_thread(kstat_t *kstat, int rw)
{
	pthread_exit(NULL);
}

static void
a_kstat_whose_update_ends_its_thread_cannot_be_read(void **state)
{
	kstat_t *kstat = kstat_make("k", KSTAT_TYPE_NAMED, 1, 0);
	struct kstat_batch batch;
	const char *log;

	kstat->ks_update = update_that_ends_its_thread;
	kstat_install(kstat);
	log_keep();
	kstat_read_only(&batch);
	log = log_kept();
	assert_named(log, "in kstat_update on instance 0", "is lost");
	assert_int_equal(batch.list[0].error, EIO);
	kstat_batch_free(&batch);
	net_kstat_delete(0, kstat);
}

static int
hook_that_ends_its_thread(hook_event_token_t token, hook_data_t data, void *arg)
{
	pthread_exit(NULL);
}

static void
a_hook_that_ends_its_thread_has_no_objection(void **state)
{
	hook_t hook = hook_named("x");
	const char *log;

	hook.h_func = hook_that_ends_its_thread;
	assert_int_equal(add(&hook), 0);
	log_keep();
	assert_int_equal(run(), 0);
	log = log_kept();
	assert_named(log, "in hook on instance 1", "is lost");
	assert_int_equal(take_named("x"), 0);
}

/* A callback runs the hooks of its own event. */
static void
run_mine_in_a_timeout(netid_t id, void *arg)
{
	gate_pass(&gate);
	(void)run_mine();
}

static void
who_ended_inside_a_hook_does_not_run_it_any_more(void **state)
{
	const char *log;

	gate_init(&gate);
	gate_open(&gate);
	assert_int_equal(mine_add("x", hook_that_ends_its_thread, NULL), 0);
	log_keep();
	assert_int_not_equal(net_timeout(1, 0, run_mine_in_a_timeout, NULL), 0);
	gate_wait(&gate, 1);
	assert_int_equal(shut_down(1), 0);
	/* This waits for those who run it. */
	assert_int_equal(mine_take("x"), 0);
	log = log_kept();
	assert_named(log, "in hook on instance 1", "is lost");
}

/* --- the way it is done --------------------------------------------------- */

static void
write_cleaned(void *arg)
{
	diary_write("cleaned");
}

static void
end_with_a_handler(void *arg)
{
	pthread_cleanup_push(write_cleaned, NULL);
	if (arg == NULL)
		pthread_exit(NULL);
	pthread_cleanup_pop(0);
}

static void
end_one_inside(void *arg)
{
	ASSERT(catch_exit(end_with_a_handler, NULL) == EXIT_CALLED);
	diary_write("inner");
	pthread_exit(NULL);
}

static void *
end_again_and_again(void *arg)
{
	unsigned i;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	for (i = 0; i < 3; i++)
		ASSERT(catch_exit(end_one_inside, NULL) == EXIT_CALLED);
	ASSERT(catch_exit(end_with_a_handler, arg) == EXIT_NONE);
	return arg;
}

static void
the_thread_goes_on_to_its_own_end(void **state)
{
	pthread_t thread;
	void *result = NULL;

	assert_int_equal(
	    pthread_create(&thread, NULL, end_again_and_again, &gate), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &gate);
	assert_diary("cleaned inner cleaned inner cleaned inner");
}

/* With what happens on two instances in one order. */
#define SERIAL_TEST(test)                                                      \
	cmocka_unit_test_setup_teardown(test, core_setup_serial, core_teardown)
#define MINE_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, hook_setup_mine, hook_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SERIAL_TEST(a_create_that_ends_its_thread_has_failed_there),
	    SERIAL_TEST(a_cancelled_create_has_failed_there),
	    SERIAL_TEST(a_cancellation_that_nobody_allows_does_nothing),
	    SERIAL_TEST(a_shutdown_or_destroy_that_ends_its_thread_is_over),
	    SERIAL_TEST(what_was_called_inside_a_callback_is_lost_alone),
	    SERIAL_TEST(what_is_jumped_out_of_is_lost_alone),
	    SERIAL_TEST(a_timeout_that_ends_its_thread_is_over),
	    SERIAL_TEST(a_kstat_whose_update_ends_its_thread_cannot_be_read),
	    HOOK_TEST(a_hook_that_ends_its_thread_has_no_objection),
	    MINE_TEST(who_ended_inside_a_hook_does_not_run_it_any_more),
	    cmocka_unit_test(the_thread_goes_on_to_its_own_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
