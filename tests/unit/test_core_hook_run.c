/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_hook_run.c: hooks run by threads that the framework knows nothing
 * of, while they come and go: who waits for whom, what calls from inside a
 * hook do, and that none is called after it was taken away. The event is that
 * of a protocol of the test's own, "mine", on instance 1.
 */
#include "hook_fixture.h"

static struct gate gate;

static int
start(void **state)
{
	gate_init(&gate);
	return hook_setup_mine(state);
}

/* With what happens on two instances in one order. */
static int
start_serial(void **state)
{
	gate_init(&gate);
	return hook_setup_mine_serial(state);
}

static int
stop(void **state)
{
	int error = hook_teardown(state);

	gate_destroy(&gate);
	return error;
}

static bool
is_without_hook(void *arg)
{
	return statistic_of(1, "mine/E", "x", "position") < 0;
}

/* --- running -------------------------------------------------------------- */

static int
check_arguments(hook_event_token_t which, hook_data_t data, void *arg)
{
	assert_ptr_equal(which, mine_token);
	assert_int_equal(data, 7);
	diary_write("%s", (const char *)arg);
	return 0;
}

static void
a_hook_gets_token_data_and_argument(void **state)
{
	assert_int_equal(hook_run(NULL, NULL, 7), 0);
	assert_int_equal(run_mine(), 0);
	assert_int_equal(mine_add("x", check_arguments, "argument"), 0);
	assert_int_equal(run_mine(), 0);
	assert_diary("argument");
}

static int
stop_at_the_gate(hook_event_token_t which, hook_data_t data, void *arg)
{
	gate_pass(&gate);
	diary_write("hook");
	return 0;
}

static int
take_x(void)
{
	int error = mine_take("x");

	diary_write("taken");
	return error;
}

static void
unregistering_waits_for_those_who_run_the_hook(void **state)
{
	struct errand runs, takes;

	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	errand_begin(&takes, take_x);
	/* It is off the event at once, and its kstat with it. */
	wait_until(is_without_hook, NULL);
	assert_false(answer_is_over(&takes.over));
	assert_int_equal(run_mine(), 0);
	assert_diary("");
	gate_open(&gate);
	assert_int_equal(errand_end(&takes), 0);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("hook taken");
}

static void
unregistering_does_not_wait_for_other_hooks(void **state)
{
	struct errand runs;

	assert_int_equal(mine_add("y", nothing, NULL), 0);
	errand_begin(&runs, run_mine);
	assert_int_equal(errand_end(&runs), 0);
	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	/* The list under way does not have z. */
	assert_int_equal(mine_add("z", nothing, NULL), 0);
	assert_int_equal(mine_take("z"), 0);
	gate_open(&gate);
	assert_int_equal(errand_end(&runs), 0);
}

static int
unregister_the_event(void)
{
	return net_event_unregister(mine_handle, &mine_event);
}

static void
the_end_of_an_event_waits_for_those_who_run_it(void **state)
{
	struct errand runs, ends;

	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	errand_begin(&ends, unregister_the_event);
	wait_until(is_without_hook, NULL);
	assert_false(answer_is_over(&ends.over));
	gate_open(&gate);
	assert_int_equal(errand_end(&ends), 0);
	assert_int_equal(errand_end(&runs), 0);
	/* Later, the token runs nothing. */
	assert_int_equal(run_mine(), 0);
	assert_diary("hook");
}

/* --- inside a hook -------------------------------------------------------- */

static int
take_itself(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("x %d", mine_take("x"));
	return 0;
}

static void
a_hook_may_take_itself_away(void **state)
{
	assert_int_equal(mine_add("x", take_itself, NULL), 0);
	assert_int_equal(run_mine(), 0);
	(void)add_protocol(1, "something"); /* what was queued is over */
	assert_int_equal(run_mine(), 0);
	assert_diary("x 0");
	assert_int_equal(mine_take("x"), ENXIO);
}

static int
add_another(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("x %d", mine_add("y", check_arguments, "y"));
	return 0;
}

static void
a_hook_may_register_another(void **state)
{
	assert_int_equal(mine_add("x", add_another, NULL), 0);
	assert_int_equal(run_mine(), 0);
	(void)add_protocol(1, "something");
	assert_int_equal(mine_take("x"), 0);
	assert_int_equal(run_mine(), 0);
	assert_diary("x 0 y");
}

static void
take_a(hook_event_token_t which)
{
	diary_write("= %d", take_named("a"));
}

static void
on_the_strand_a_hook_takes_itself_away_at_once(void **state)
{
	on_a = take_a;
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_int_equal(run(), 0);
	assert_diary("a = 0 b b");
}

static int
take_y_and_end(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("x %d", mine_take("y"));
	return 1;
}

static void
inside_a_hook_nothing_waits_for_other_threads(void **state)
{
	struct errand runs;
	hook_t hook = hook_named("x");

	assert_int_equal(mine_add("y", stop_at_the_gate, NULL), 0);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	hook.h_func = take_y_and_end;
	hook.h_hint = HH_FIRST;
	assert_int_equal(net_hook_register(mine_handle, "E", &hook), 0);
	assert_int_equal(run_mine(), 1);
	assert_diary("x 0");
	gate_open(&gate);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("hook");
}

static struct gate strand_gate;

static void
hold_the_strand(netid_t id)
{
	if (id == 1)
		gate_pass(&strand_gate);
}

static int
watch_from_a_hook(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("= %d", net_instance_notify_register(1, note, NULL));
	return 0;
}

static void
calls_of_a_hook_off_the_strand_are_queued(void **state)
{
	struct answer entered;

	gate_init(&strand_gate);
	assert_int_equal(mine_add("x", watch_from_a_hook, NULL), 0);
	A->on_create = hold_the_strand;
	answer_init(&entered);
	assert_int_equal(registrant_register(core_owner, &A->callbacks, NULL,
			     answer_done, &entered),
	    0);
	gate_wait(&strand_gate, 1);
	(void)diary_take();
	/* The strand stands still; the hook does not wait for it. */
	assert_int_equal(run_mine(), 0);
	assert_diary("= 0");
	gate_open(&strand_gate);
	assert_int_equal(answer_wait(&entered), 0);
	assert_int_equal(mine_take("x"), 0);
	assert_diary("[1 - +inet] [1 - +mine]");
	gate_destroy(&strand_gate);
}

static int
run_as_nobody(void)
{
	(void)owner_enter(NULL);
	return run_mine();
}

static void
what_a_hook_registers_is_its_owner_s(void **state)
{
	struct owner *other = owner_create("other");
	struct owner *before = owner_enter(other);
	struct owner_leftovers left;
	struct errand runs;

	assert_int_equal(mine_add("x", watch_from_a_hook, NULL), 0);
	owner_leave(before);
	/* The thread itself is nobody's. */
	errand_begin(&runs, run_as_nobody);
	assert_int_equal(errand_end(&runs), 0);
	assert_int_equal(mine_take("x"), 0);
	retire(other);
	owner_read_leftovers(other, &left);
	assert_int_equal(left.notifies, 1);
	owner_release(other);
	(void)diary_take();
}

static int
leave_a(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("= %d", leave(A));
	return 0;
}

static void
add_leaver(netid_t id)
{
	if (id == 1)
		diary_write("+ %d", mine_add("x", leave_a, NULL));
}

static void
a_registrant_cannot_unregister_inside_its_own_hook(void **state)
{
	A->on_create = add_leaver;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(1) + 0");
	assert_int_equal(run_mine(), 0);
	assert_diary("= -1");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) a.shutdown(1) a.destroy(0) a.destroy(1)");
	assert_int_equal(leftovers().hooks, 1);
	assert_int_equal(run_mine(), 0);
	assert_diary("");
}

static int
nest(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("%d", (int)data);
	if (data == 3)
		diary_write("take %d", mine_take("y"));
	return data < 9 ? hook_run(NULL, which, data + 1) : 0;
}

static void
hooks_run_hooks_as_deep_as_they_like(void **state)
{
	assert_int_equal(mine_add("x", nest, NULL), 0);
	assert_int_equal(mine_add("y", nothing, NULL), 0);
	assert_int_equal(hook_run(NULL, mine_token, 0), 0);
	assert_diary("0 1 2 3 take 0 4 5 6 7 8 9");
	assert_int_equal(mine_take("x"), 0);
	assert_int_equal(run_mine(), 0);
	assert_diary("");
}

/* --- their end ------------------------------------------------------------ */

static void
add_gated(netid_t id)
{
	if (id == 1)
		diary_write("+ %d", mine_add("x", stop_at_the_gate, NULL));
}

static int
leave_a_and_say(void)
{
	int error = leave(A);

	diary_write("left");
	return error;
}

static void
a_registrant_leaves_when_no_hook_of_its_runs(void **state)
{
	struct errand runs, leaves;

	A->on_create = add_gated;
	assert_int_equal(enter(A), DDI_SUCCESS);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	(void)diary_take();
	errand_begin(&leaves, leave_a_and_say);
	wait_until(is_without_hook, NULL);
	assert_false(answer_is_over(&leaves.over));
	gate_open(&gate);
	assert_int_equal(errand_end(&leaves), DDI_SUCCESS);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("a.shutdown(0) a.shutdown(1) a.destroy(0) a.destroy(1) "
		     "hook left");
	assert_int_equal(leftovers().hooks, 1);
}

static void
an_owner_retires_when_no_hook_of_its_runs(void **state)
{
	struct owner *other = owner_create("other");
	struct owner *before = owner_enter(other);
	struct owner_leftovers left;
	struct answer retired;
	struct errand runs;

	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	owner_leave(before);
	errand_begin(&runs, run_mine);
	gate_wait(&gate, 1);
	answer_init(&retired);
	owner_retire(other, answer_done, &retired);
	wait_until(is_without_hook, NULL);
	assert_false(answer_is_over(&retired));
	gate_open(&gate);
	assert_int_equal(answer_wait(&retired), 0);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("hook");
	owner_read_leftovers(other, &left);
	assert_int_equal(left.hooks, 1);
	owner_release(other);
}

#define RUN_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)
#define SERIAL(test)   cmocka_unit_test_setup_teardown(test, start_serial, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RUN_TEST(a_hook_gets_token_data_and_argument),
	    RUN_TEST(unregistering_waits_for_those_who_run_the_hook),
	    RUN_TEST(unregistering_does_not_wait_for_other_hooks),
	    RUN_TEST(the_end_of_an_event_waits_for_those_who_run_it),
	    RUN_TEST(a_hook_may_take_itself_away),
	    RUN_TEST(a_hook_may_register_another),
	    RUN_TEST(on_the_strand_a_hook_takes_itself_away_at_once),
	    RUN_TEST(inside_a_hook_nothing_waits_for_other_threads),
	    SERIAL(calls_of_a_hook_off_the_strand_are_queued),
	    RUN_TEST(what_a_hook_registers_is_its_owner_s),
	    SERIAL(a_registrant_cannot_unregister_inside_its_own_hook),
	    RUN_TEST(hooks_run_hooks_as_deep_as_they_like),
	    SERIAL(a_registrant_leaves_when_no_hook_of_its_runs),
	    RUN_TEST(an_owner_retires_when_no_hook_of_its_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
