/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_timeout.c: calls that come later, once or again and again, and
 * cancelling them, wherever they are. Nothing here fails for being slow.
 */
#include <netinst/hook.h>

#include "tick.h"

/* --- once ----------------------------------------------------------------- */

static void
it_is_called_once_with_its_instance_and_not_before_its_time(void **state)
{
	int64_t begun = clock_monotonic();
	net_timeout_t timeout;

	(void)add_instance("one", NULL);
	timeout = net_timeout(1, 20, tick_call, &tick);
	assert_int_not_equal(timeout, 0);
	wait_until(tick_was_called, &tick);
	assert_true(clock_monotonic() - begun >= 20 * NS_PER_MS);
	assert_int_equal(tick.instance, 1);
	tick_let_come(0);
	assert_int_equal(tick.calls, 1);
	assert_int_equal(net_untimeout(timeout), ESRCH);
}

static void
what_was_cancelled_is_not_called_and_is_no_more(void **state)
{
	net_timeout_t timeout = net_timeout(0, HOUR, tick_call, &tick);

	assert_int_equal(net_untimeout(timeout), 0);
	assert_int_equal(net_untimeout(timeout), ESRCH);
	assert_int_equal(net_untimeout(0), ESRCH);
	assert_int_not_equal(net_timeout(0, HOUR, tick_call, &tick), timeout);
	/* For ever; the instance's end cancels it. */
	assert_int_not_equal(net_timeout(0, UINT64_MAX, tick_call, &tick), 0);
	assert_int_not_equal(
	    net_timeout_every(0, UINT64_MAX, tick_call, &tick), 0);
}

static void
pass_the_gate(struct tick *called)
{
	gate_pass(&gate);
}

/* The instance is inside a callback until the gate is opened. */
static void
occupy(netid_t id)
{
	tick.act = pass_the_gate;
	tick.timeout = net_timeout(id, 0, tick_call, &tick);
	gate_wait(&gate, 1);
}

static void
what_is_due_but_has_to_wait_can_be_cancelled(void **state)
{
	net_timeout_t once, repeated;

	(void)add_instance("one", NULL);
	occupy(1);
	once = net_timeout(1, 0, tick_call, &other_tick);
	repeated = net_timeout_every(1, 1, tick_call, &other_tick);
	tick_let_come(2);
	assert_int_equal(net_untimeout(once), 0);
	assert_int_equal(net_untimeout(repeated), 0);
	assert_int_equal(net_untimeout(repeated), ESRCH);
	tick_close(&other_tick);
	gate_open(&gate);
	assert_int_equal(destroy(1), 0);
}

static void
each_refusal_is_logged_with_its_reason(void **state)
{
	const char *log;

	(void)add_instance("one", NULL);
	assert_int_equal(shut_down(1), 0);
	log_keep();
	assert_int_equal(net_timeout(0, 1, NULL, &tick), 0);
	assert_int_equal(net_timeout_every(7, 1, tick_call, &tick), 0);
	assert_int_equal(net_timeout(1, 1, tick_call, &tick), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "tester: a timeout on instance 0 refused: there is no function to "
	    "call"));
	assert_non_null(strstr(log,
	    "tester: a timeout on instance 7 refused: there is no such "
	    "instance"));
	assert_non_null(strstr(log,
	    "tester: a timeout on instance 1 refused: the instance is in or "
	    "past shutdown"));
}

static void
an_instance_has_a_limited_number(void **state)
{
	net_timeout_t first = net_timeout(0, HOUR, tick_call, &tick);
	unsigned i;

	(void)add_instance("one", NULL);
	for (i = 1; i < TIMEOUTS_MAX; i++)
		assert_int_not_equal(net_timeout(0, HOUR, tick_call, &tick), 0);
	assert_int_equal(net_timeout(0, HOUR, tick_call, &tick), 0);
	assert_int_not_equal(net_timeout(1, HOUR, tick_call, &tick), 0);
	assert_int_equal(net_untimeout(first), 0);
	assert_int_not_equal(net_timeout(0, HOUR, tick_call, &tick), 0);
	assert_int_equal(net_timeout(0, HOUR, tick_call, &tick), 0);
}

/* --- again and again ------------------------------------------------------ */

static void
it_is_called_again_and_again_until_it_is_cancelled(void **state)
{
	net_timeout_t timeout = net_timeout_every(0, 1, tick_call, &tick);
	unsigned i;

	for (i = 0; i < 20; i++)
		tick_wait(&tick);
	assert_int_equal(net_untimeout(timeout), 0);
	tick_close(&tick);
	assert_int_equal(net_untimeout(timeout), ESRCH);
	tick_let_come(0);
}

#define PERIOD (2 * NS_PER_MS)

static struct {
	int64_t since; /* the end of the call that took long */
	unsigned after;
} long_call;

/* However slow all of this is: calls made up for would come too soon. */
static void
take_long_once(struct tick *called)
{
	int64_t begun = clock_monotonic();

	if (atomic_load(&called->calls) > 0) {
		long_call.after++;
		ASSERT(
		    long_call.after <= (begun - long_call.since) / PERIOD + 1);
		return;
	}
	while (clock_monotonic() - begun < 50 * PERIOD)
		;
	long_call.since = clock_monotonic();
}

static bool
ten_more_came(void *arg)
{
	const struct tick *asked = arg;

	return atomic_load(&asked->calls) > 10;
}

static void
what_could_not_be_called_in_time_is_left_out(void **state)
{
	long_call.after = 0;
	tick.act = take_long_once;
	assert_int_not_equal(
	    net_timeout_every(0, PERIOD / NS_PER_MS, tick_call, &tick), 0);
	wait_until(ten_more_came, &tick);
}

/* --- cancelling what runs ------------------------------------------------- */

/* It has its own number once the gate is open. */
static void
cancel_itself_twice(struct tick *called)
{
	gate_pass(&gate);
	diary_write("%s", net_untimeout(called->timeout) == 0 ? "0" : "ESRCH");
	diary_write("%s", net_untimeout(called->timeout) == 0 ? "0" : "ESRCH");
}

static void
a_repeated_one_may_cancel_itself(void **state)
{
	tick.act = cancel_itself_twice;
	tick.timeout = net_timeout_every(0, 1, tick_call, &tick);
	gate_open(&gate);
	wait_until(tick_was_called, &tick);
	tick_close(&tick);
	assert_diary("0 ESRCH");
	tick_let_come(2);
}

static void
inside_itself_one_has_been_called(void **state)
{
	tick.act = cancel_itself_twice;
	tick.timeout = net_timeout(0, 0, tick_call, &tick);
	gate_open(&gate);
	wait_until(tick_was_called, &tick);
	assert_diary("ESRCH ESRCH");
}

static void
pass_the_gate_and_say_so(struct tick *called)
{
	gate_pass(&gate);
	diary_write("over");
}

static void *
cancel_in_a_thread(void *arg)
{
	int error = net_untimeout(tick.timeout);

	diary_write("%s", error == 0 ? "0" : "ESRCH");
	tick_close(&tick);
	return arg;
}

/* So that many threads cancel it, and it does not end before they tried. */
static void
cancel_from_threads_while_it_runs(void)
{
	pthread_t threads[2];
	unsigned i;

	gate_wait(&gate, 1);
	for (i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, cancel_in_a_thread, NULL),
		    0);
	/* They wait, or have not tried yet: either way nothing is written. */
	tick_let_come(0);
	gate_open(&gate);
	for (i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
}

static void
cancelling_waits_for_the_end_of_the_call_under_way(void **state)
{
	(void)add_instance("one", NULL);
	tick.act = pass_the_gate_and_say_so;
	tick.timeout = net_timeout(1, 0, tick_call, &tick);
	cancel_from_threads_while_it_runs();
	assert_diary("over ESRCH ESRCH");
}

static void
cancelling_a_repeated_one_waits_likewise(void **state)
{
	const char *words;

	(void)add_instance("one", NULL);
	tick.act = pass_the_gate_and_say_so;
	tick.timeout = net_timeout_every(1, 1, tick_call, &tick);
	cancel_from_threads_while_it_runs();
	words = diary_take();
	/* It goes on until the first of them has come that far. */
	while (strncmp(words, "over over", strlen("over over")) == 0)
		words += strlen("over ");
	assert_true(strcmp(words, "over 0 ESRCH") == 0 ||
		    strcmp(words, "over ESRCH 0") == 0);
}

static void
cancel_the_tick(struct tick *called)
{
	assert_int_equal(net_untimeout(tick.timeout), ESRCH);
}

static void
inside_a_callback_of_another_instance_nothing_is_waited_for(void **state)
{
	(void)add_instance("one", NULL);
	occupy(1);
	other_tick.act = cancel_the_tick;
	assert_int_not_equal(net_timeout(0, 0, tick_call, &other_tick), 0);
	wait_until(tick_was_called, &other_tick);
	assert_int_equal(tick.calls, 0);
	gate_open(&gate);
	wait_until(tick_was_called, &tick);
}

static int
cancel_in_a_hook(hook_event_token_t token, hook_data_t data, void *arg)
{
	diary_write("%s", net_untimeout(tick.timeout) == ESRCH ? "ESRCH" : "?");
	return 0;
}

/* Whoever takes the hook away inside the timeout would wait for the hook. */
static void
inside_a_hook_nothing_is_waited_for(void **state)
{
	const net_protocol_t definition = {
	    .netp_version = NETINFO_VERSION,
	    .netp_name = "mine",
	};
	hook_t hook = {.h_version = HOOK_VERSION,
	    .h_func = cancel_in_a_hook,
	    .h_name = "hook"};
	hook_family_t family;
	hook_event_t event;
	hook_event_token_t token;
	net_handle_t mine = net_protocol_register(0, &definition);

	HOOK_FAMILY_INIT(&family, "mine");
	HOOK_EVENT_INIT(&event, "E");
	assert_int_equal(net_family_register(mine, &family), 0);
	token = net_event_register(mine, &event);
	assert_int_equal(net_hook_register(mine, "E", &hook), 0);
	(void)add_instance("one", NULL);
	occupy(1);
	assert_int_equal(hook_run(NULL, token, 0), 0);
	assert_diary("ESRCH");
	assert_int_equal(tick.calls, 0);
	gate_open(&gate);
	wait_until(tick_was_called, &tick);
	assert_int_equal(net_hook_unregister(mine, "E", &hook), 0);
	assert_int_equal(net_event_unregister(mine, &event), 0);
	assert_int_equal(net_protocol_unregister(mine), 0);
}

/* --- callbacks as all others ---------------------------------------------- */

static bool
one_is_overdue(void *arg)
{
	struct core_status status;

	core_read_status(&status);
	return status.callbacks_overdue > 0;
}

static void
tick_from_now_on(netid_t id)
{
	tick.timeout = net_timeout_every(id, 1, tick_call, &tick);
}

static void
its_time_is_accounted_and_watched(void **state)
{
	struct overdue_view overdue;
	struct callback_stats stats;
	const char *log;

	A->on_create = tick_from_now_on;
	tick.act = pass_the_gate;
	log_keep();
	core_set_callback_deadline(NS_PER_MS);
	assert_int_equal(enter(A), DDI_SUCCESS);
	wait_until(one_is_overdue, NULL);
	assert_int_equal(core_read_overdue(&overdue, 1), 1);
	assert_string_equal(overdue.registrant, "a");
	assert_string_equal(callback_name(overdue.callback), "timeout");
	core_set_callback_deadline(0);
	gate_open(&gate);
	assert_int_equal(net_untimeout(tick.timeout), 0);
	log = log_kept();
	assert_non_null(strstr(log,
	    "overdue: timeout of registrant a (plugin tester) on instance 0"));
	owner_read_callback(core_owner, CALLBACK_TIMEOUT, &stats);
	assert_int_equal(stats.calls, tick.calls);
	assert_int_equal(stats.running, 0);
	assert_int_equal(stats.overdue, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TICK_TEST(
		it_is_called_once_with_its_instance_and_not_before_its_time),
	    TICK_TEST(what_was_cancelled_is_not_called_and_is_no_more),
	    TICK_TEST(what_is_due_but_has_to_wait_can_be_cancelled),
	    TICK_TEST(each_refusal_is_logged_with_its_reason),
	    TICK_TEST(an_instance_has_a_limited_number),
	    TICK_TEST(it_is_called_again_and_again_until_it_is_cancelled),
	    TICK_TEST(what_could_not_be_called_in_time_is_left_out),
	    TICK_TEST(a_repeated_one_may_cancel_itself),
	    TICK_TEST(inside_itself_one_has_been_called),
	    TICK_TEST(cancelling_waits_for_the_end_of_the_call_under_way),
	    TICK_TEST(cancelling_a_repeated_one_waits_likewise),
	    TICK_TEST(
		inside_a_callback_of_another_instance_nothing_is_waited_for),
	    TICK_TEST(inside_a_hook_nothing_is_waited_for),
	    TICK_TEST(its_time_is_accounted_and_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
