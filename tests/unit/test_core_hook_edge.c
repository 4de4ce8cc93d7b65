/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_hook_edge.c: hooks where things end: taken away by one that runs
 * before them, along with their event, by a thread that ends inside; whose
 * registrant has left where they run; and calls with what is stale. The event
 * is that of a protocol of the test's own, "mine", on instance 1.
 */
#include <pthread.h>

#include "hook_fixture.h"
#include "kstat_fixture.h"

static struct gate gate;

static int
start(void **state)
{
	gate_init(&gate);
	return hook_setup_mine(state);
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

static int
take_x(void)
{
	int error = mine_take("x");

	diary_write("taken");
	return error;
}

/* Only those stop who are told to. */
static int
stop_at_the_gate(hook_event_token_t which, hook_data_t data, void *arg)
{
	if (data == 1)
		gate_pass(&gate);
	diary_write("hook");
	return 0;
}

static int
run_to_the_gate(void)
{
	return hook_run(NULL, mine_token, 1);
}

static int
run_past_the_gate(void)
{
	return hook_run(NULL, mine_token, 0);
}

/* --- taken away ----------------------------------------------------------- */

static void
take_b(hook_event_token_t which)
{
	diary_write("= %d", take_named("b"));
}

static void
a_hook_that_one_before_it_took_away_is_not_called(void **state)
{
	on_a = take_b;
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("c", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("a = 0 c");
}

static int
take_y(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("x = %d", mine_take("y"));
	return 0;
}

static int
say_y(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write("y");
	return 0;
}

static void
run_in_create(netid_t id)
{
	if (id == 1)
		(void)run_past_the_gate();
}

static void
nor_is_it_by_its_provider(void **state)
{
	const char *diary;

	assert_int_equal(mine_add("x", take_y, NULL), 0);
	assert_int_equal(mine_add("y", say_y, NULL), 0);
	/* On the strand, where it is taken away at once. */
	A->on_create = run_in_create;
	assert_int_equal(enter(A), DDI_SUCCESS);
	diary = diary_take();
	assert_non_null(strstr(diary, "x = 0"));
	assert_null(strstr(diary, "y"));
}

/* A call that another thread has begun gets its turn, if it does not wait. */
static void
let_others_go_on(void)
{
	unsigned i;

	for (i = 0; i < 50; i++) {
		assert_int_equal(add_protocol(1, "other"), 0);
		assert_int_equal(remove_protocol(1, "other"), 0);
	}
}

/* Inside a hook, so it does not wait. */
static void
unregister_the_event(hook_event_token_t which)
{
	diary_write("= %d", net_event_unregister(mine_handle, &mine_event));
}

static void
unregistering_waits_for_one_that_went_with_its_event(void **state)
{
	struct errand runs, takes;

	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	errand_begin(&runs, run_to_the_gate);
	gate_wait(&gate, 1);
	on_a = unregister_the_event;
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("a = 0");
	assert_true(is_without_hook(NULL));
	errand_begin(&takes, take_x);
	let_others_go_on();
	assert_false(answer_is_over(&takes.over));
	gate_open(&gate);
	assert_int_equal(errand_end(&takes), ENXIO);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("hook taken");
}

/* --- threads that end ----------------------------------------------------- */

static int
end_the_thread(hook_event_token_t which, hook_data_t data, void *arg)
{
	pthread_exit(NULL);
}

static void *
run_once(void *arg)
{
	(void)run_past_the_gate();
	return arg;
}

static void
a_thread_that_ended_inside_a_hook_is_not_waited_for(void **state)
{
	struct errand takes;
	pthread_t thread;

	assert_int_equal(mine_add("x", end_the_thread, NULL), 0);
	ASSERT(pthread_create(&thread, NULL, run_once, NULL) == 0);
	(void)pthread_join(thread, NULL);
	errand_begin(&takes, take_x);
	assert_int_equal(errand_end(&takes), 0);
	assert_diary("taken");
}

static void
run_at_last(void *arg)
{
	(void)run_to_the_gate();
}

static void *
run_now_and_at_last(void *arg)
{
	const pthread_key_t *key = arg;

	ASSERT(pthread_setspecific(*key, arg) == 0);
	(void)run_past_the_gate();
	return NULL;
}

static void
a_hook_run_at_a_thread_s_very_end_is_waited_for(void **state)
{
	struct errand runs, takes;
	pthread_key_t key;
	pthread_t thread;

	ASSERT(pthread_key_create(&key, run_at_last) == 0);
	assert_int_equal(mine_add("x", stop_at_the_gate, NULL), 0);
	ASSERT(pthread_create(&thread, NULL, run_now_and_at_last, &key) == 0);
	gate_wait(&gate, 1);
	errand_begin(&runs, run_past_the_gate);
	assert_int_equal(errand_end(&runs), 0);
	assert_diary("hook hook");
	errand_begin(&takes, take_x);
	wait_until(is_without_hook, NULL);
	let_others_go_on();
	assert_false(answer_is_over(&takes.over));
	gate_open(&gate);
	assert_int_equal(errand_end(&takes), 0);
	(void)pthread_join(thread, NULL);
	assert_diary("hook taken");
	(void)pthread_key_delete(key);
}

/* --- whose registrant has left -------------------------------------------- */

static int
watch_global(hook_event_token_t which, hook_data_t data, void *arg)
{
	diary_write(
	    "= %d", net_instance_notify_register(0, note, NULL) == ESHUTDOWN);
	diary_write("= %d", net_kstat_create(0, "m", 0, "k", "misc",
				KSTAT_TYPE_NAMED, 1, 0) == NULL);
	return 0;
}

static void
add_watcher(netid_t id)
{
	if (id == 1)
		diary_write("+ %d", mine_add("x", watch_global, NULL));
}

static void
wait_in_destroy(netid_t id)
{
	if (id == 1)
		gate_pass(&gate);
}

static void
run_in_notify(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (id == 0 && strcmp(protocol, NHF_ARP) == 0)
		(void)run_past_the_gate();
}

static bool
is_left_by_a(void *arg)
{
	return strcmp(pairs_of(0), "b:active") == 0;
}

static int
leave_a(void)
{
	return leave(A);
}

static void
a_hook_leaves_nothing_where_its_registrant_has_left(void **state)
{
	struct errand leaves;

	A->on_create = add_watcher;
	A->on_destroy = wait_in_destroy;
	B->on_notify = run_in_notify;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter_with_notify(B), 0);
	errand_begin(&leaves, leave_a);
	gate_wait(&gate, 1);
	wait_until(is_left_by_a, NULL);
	(void)diary_take();
	/* Its hook is still there, on 1, and is run on 0. */
	assert_int_equal(add_protocol(0, NHF_ARP), 0);
	assert_diary("b.notify(0 +arp) = 1 = 1");
	gate_open(&gate);
	assert_int_equal(errand_end(&leaves), DDI_SUCCESS);
	(void)diary_take();
	assert_int_equal(add_protocol(0, "other"), 0);
	assert_diary("b.notify(0 +other)");
}

/* --- what is stale -------------------------------------------------------- */

static void
the_name_alone_tells_which_hook_is_unregistered(void **state)
{
	hook_t hook = hook_named("x");

	assert_int_equal(mine_add("x", say_y, NULL), 0);
	hook.h_hint = HH_BEFORE;
	hook.h_hintvalue = 8; /* nothing is there */
	assert_int_equal(net_hook_unregister(mine_handle, "E", &hook), 0);
}

static hook_event_t same;
static hook_event_token_t refused;

static void
register_it_again(netid_t id)
{
	if (id == 0)
		refused = provide_event(mine_handle, &same, "E");
}

static void
an_event_that_is_refused_later_is_freed(void **state)
{
	static hook_event_t next;

	A->on_create = register_it_again;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	assert_non_null(refused);
	assert_ptr_not_equal(refused, mine_token);
	assert_int_equal(add_protocol(1, NHF_ARP), 0);
	assert_int_equal(hook_run(NULL, refused, 0), 0);
	assert_ptr_equal(provide_event(mine_handle, &next, "F"), refused);
}

static void
delete_the_window(void)
{
	kstat_t *window = kstat_hold_byname("mine/E", 0, "x", 1);

	ASSERT(window != NULL);
	kstat_delete(window);
	kstat_rele(window);
}

static void
the_framework_s_own_kstats_are_not_a_plugin_s_to_delete(void **state)
{
	assert_int_equal(mine_add("x", say_y, NULL), 0);
	assert_breaks_rule(delete_the_window, "it is the framework's own");
	assert_int_equal(statistic_of(1, "mine/E", "x", "position"), 1);
	assert_int_equal(mine_take("x"), 0);
}

static void
a_held_kstat_of_a_hook_outlives_it(void **state)
{
	const kstat_named_t *statistics;
	kstat_t *window;

	assert_int_equal(mine_add("x", say_y, NULL), 0);
	window = kstat_hold_byname("mine/E", 0, "x", 1);
	assert_non_null(window);
	assert_int_equal(mine_take("x"), 0);
	assert_true(is_without_hook(NULL));
	statistics = window->ks_data;
	assert_string_equal(statistics[0].name, "version");
	assert_int_equal(window->ks_update(window, KSTAT_READ), 0);
	kstat_rele(window);
}

#define RUN_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RUN_TEST(a_hook_that_one_before_it_took_away_is_not_called),
	    RUN_TEST(nor_is_it_by_its_provider),
	    RUN_TEST(unregistering_waits_for_one_that_went_with_its_event),
	    RUN_TEST(a_thread_that_ended_inside_a_hook_is_not_waited_for),
	    RUN_TEST(a_hook_run_at_a_thread_s_very_end_is_waited_for),
	    RUN_TEST(a_hook_leaves_nothing_where_its_registrant_has_left),
	    RUN_TEST(the_name_alone_tells_which_hook_is_unregistered),
	    RUN_TEST(an_event_that_is_refused_later_is_freed),
	    RUN_TEST(the_framework_s_own_kstats_are_not_a_plugin_s_to_delete),
	    RUN_TEST(a_held_kstat_of_a_hook_outlives_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
