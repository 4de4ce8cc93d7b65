/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_register.c: registering and unregistering (G3 to G7), from threads
 * and from inside callbacks (G11, G12). What retiring an owner means is in
 * test_core_retire.c.
 */
#include "core/object/owner.h"

#include "core/object/core_impl.h"
#include "core_fixture.h"

static struct gate gate;

static int
start(void **state)
{
	gate_init(&gate);
	return core_setup(state);
}

/* With what is asked for in one order. */
static int
start_serial(void **state)
{
	gate_init(&gate);
	return core_setup_serial(state);
}

static int
stop(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&gate);
	return error;
}

static void
stop_at_the_gate(netid_t id)
{
	if (id == 1)
		gate_pass(&gate);
}

static void
stop_at_the_gate_when_told(
    netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	stop_at_the_gate(id);
}

static void
add_two_instances(void)
{
	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
}

/* --- G6: what is refused -------------------------------------------------- */

static void
assert_refused(void (*spoil)(net_instance_t *), const char *why)
{
	net_instance_t spoiled = A->callbacks;

	spoil(&spoiled);
	log_keep();
	assert_int_equal(net_instance_register(&spoiled), DDI_FAILURE);
	assert_non_null(strstr(log_kept(), why));
	assert_diary("");
}

static void
without_create(net_instance_t *callbacks)
{
	callbacks->nin_create = NULL;
}

static void
without_destroy(net_instance_t *callbacks)
{
	callbacks->nin_destroy = NULL;
}

static void
without_name(net_instance_t *callbacks)
{
	callbacks->nin_name = NULL;
}

static void
with_an_empty_name(net_instance_t *callbacks)
{
	callbacks->nin_name = "";
}

static void
with_a_long_name(net_instance_t *callbacks)
{
	static char name[REGISTRANT_NAME_MAX + 2];

	memset(name, 'x', sizeof(name) - 1);
	callbacks->nin_name = name;
}

static void
with_another_version(net_instance_t *callbacks)
{
	callbacks->nin_version = NETINFO_VERSION + 1;
}

static void
unchanged(net_instance_t *callbacks)
{
}

static void
what_is_not_valid_is_refused_with_a_reason(void **state)
{
	static const char invalid[] =
	    "tester: net_instance_register refused: create, destroy, name or "
	    "version is not valid";

	assert_refused(without_create, invalid);
	assert_refused(without_destroy, invalid);
	assert_refused(without_name, invalid);
	assert_refused(with_an_empty_name, invalid);
	assert_refused(with_a_long_name, invalid);
	assert_refused(with_another_version, invalid);
	assert_int_equal(net_instance_register(NULL), DDI_FAILURE);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0)");
	assert_refused(unchanged, "the name is taken");
}

static void
the_longest_name_is_taken(void **state)
{
	with_a_long_name(&A->callbacks);
	A->callbacks.nin_name++;
	assert_int_equal(strlen(A->callbacks.nin_name), REGISTRANT_NAME_MAX);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
}

static void
a_registered_structure_may_be_used_again_at_once(void **state)
{
	net_instance_t *instance = net_instance_alloc(NETINFO_VERSION);
	char name[] = "a";

	assert_non_null(instance);
	assert_null(instance->nin_create);
	*instance = A->callbacks;
	instance->nin_name = name;
	assert_int_equal(net_instance_register(instance), DDI_SUCCESS);
	name[0] = '?';
	memset(instance, 0, sizeof(*instance));
	net_instance_free(instance);
	assert_string_equal(pairs_of(0), "a:active");
	(void)add_instance("one", NULL);
	assert_diary("a.create(0) a.create(1)");
	assert_int_equal(leave(A), DDI_SUCCESS);
}

static void
a_structure_is_made_for_the_known_version_only(void **state)
{
	assert_null(net_instance_alloc(NETINFO_VERSION + 1));
	assert_null(net_instance_alloc(0));
	net_instance_free(NULL);
}

static void
a_name_is_free_again_after_unregistering(void **state)
{
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.shutdown(0) a.destroy(0) a.create(0)");
}

/* --- G3: replay ----------------------------------------------------------- */

static void
registering_replays_create_on_every_live_instance(void **state)
{
	add_two_instances();
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(1) a.create(2)");
}

static void
an_instance_past_shutdown_is_left_out_for_good(void **state)
{
	add_two_instances();
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) a.create(2)");
	assert_int_equal(destroy(1), 0);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) a.shutdown(2) a.destroy(0) a.destroy(2)");
}

static void
a_registration_during_a_birth_is_told_of_it_once(void **state)
{
	struct instance_config config = {.name = "one", .source = "sim"};
	struct answer born, registered;

	A->on_create = stop_at_the_gate;
	assert_int_equal(enter(A), DDI_SUCCESS);
	answer_init(&born);
	assert_int_equal(instance_create(&config, NULL, answer_done, &born), 0);
	gate_wait(&gate, 1);
	answer_init(&registered);
	assert_int_equal(registrant_register(core_owner, &B->callbacks, NULL,
			     answer_done, &registered),
	    0);
	assert_false(answer_is_over(&registered));
	gate_open(&gate);
	assert_int_equal(answer_wait(&born), 0);
	assert_int_equal(answer_wait(&registered), 0);
	assert_string_equal(pairs_of(1), "a:active b:active");
	assert_int_equal(leave(B), DDI_SUCCESS);
	/* Once here, and on 0 it may come before or after. */
	assert_non_null(strstr(diary_take(), "b.create(1)"));
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) a.destroy(1)");
}

/* --- G4: unregistering ---------------------------------------------------- */

static void
unregistering_shuts_all_down_before_it_destroys_any(void **state)
{
	add_two_instances();
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) a.shutdown(1) a.shutdown(2) "
		     "a.destroy(0) a.destroy(1) a.destroy(2)");
	assert_string_equal(pairs_of(1), "b:active");
	(void)add_instance("three", NULL);
	assert_diary("b.create(3)");
}

static void
unregistering_waits_for_a_callback_that_runs(void **state)
{
	struct answer left;

	add_two_instances();
	A->on_shutdown = stop_at_the_gate;
	assert_int_equal(enter(A), DDI_SUCCESS);
	answer_init(&left);
	assert_int_equal(
	    registrant_unregister(&A->callbacks, answer_done, &left), 0);
	gate_wait(&gate, 1);
	assert_false(answer_is_over(&left));
	assert_int_equal(leave(A), DDI_FAILURE);
	assert_int_equal(enter(A), DDI_FAILURE);
	gate_open(&gate);
	assert_int_equal(answer_wait(&left), 0);
	assert_string_equal(pairs_of(1), "");
}

static void
only_the_same_callbacks_unregister(void **state)
{
	net_instance_t other = A->callbacks;

	assert_int_equal(leave(A), DDI_FAILURE);
	assert_int_equal(net_instance_unregister(NULL), DDI_FAILURE);
	assert_int_equal(enter(A), DDI_SUCCESS);
	other.nin_create = B->callbacks.nin_create;
	assert_int_equal(net_instance_unregister(&other), DDI_FAILURE);
	other.nin_name = NULL;
	assert_int_equal(net_instance_unregister(&other), DDI_FAILURE);
	assert_string_equal(pairs_of(0), "a:active");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_FAILURE);
}

/* --- G5: order ------------------------------------------------------------ */

static void
creates_come_in_order_and_the_rest_in_reverse(void **state)
{
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(C), DDI_SUCCESS);
	(void)diary_take();
	(void)add_instance("one", NULL);
	assert_int_equal(destroy(1), 0);
	assert_diary("b.create(1) a.create(1) c.create(1) "
		     "c.shutdown(1) a.shutdown(1) b.shutdown(1) "
		     "c.destroy(1) a.destroy(1) b.destroy(1)");
}

/* --- G7: a create that fails ---------------------------------------------- */

static void
write_failed(void *arg, const struct registrant_view *view)
{
	diary_write("%s %d active %d failed", view->name, (int)view->active,
	    (int)view->failed);
}

static void
a_failed_create_gets_no_further_callback(void **state)
{
	struct callback_stats stats;

	A->fails = true;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	assert_string_equal(pairs_of(1), "a:failed b:active");
	assert_diary("a.create(0) b.create(0) a.create(1) b.create(1)");
	owner_visit_registrants(core_owner, write_failed, NULL);
	assert_diary("a 0 active 2 failed b 2 active 0 failed");
	owner_read_callback(core_owner, CALLBACK_CREATE, &stats);
	assert_int_equal(stats.failures, 2);
	assert_int_equal(stats.calls, 4);
	assert_int_equal(destroy(1), 0);
	assert_diary("b.shutdown(1) b.destroy(1)");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("");
}

static void
a_retry_runs_create_again_where_it_failed(void **state)
{
	assert_int_equal(enter(A), DDI_SUCCESS);
	A->fails = true;
	add_two_instances();
	assert_int_equal(shut_down(2), 0);
	(void)diary_take();
	retry(core_owner);
	assert_diary("a.create(1)");
	assert_string_equal(pairs_of(1), "a:failed");
	A->fails = false;
	retry(core_owner);
	assert_diary("a.create(1)");
	assert_string_equal(pairs_of(1), "a:active");
	retry(core_owner);
	assert_diary("");
	owner_visit_registrants(core_owner, write_failed, NULL);
	assert_diary("a 2 active 1 failed");
	assert_int_equal(destroy(1), 0);
	assert_int_equal(destroy(2), 0);
	assert_diary("a.shutdown(1) a.destroy(1)");
}

/* --- G11: what would wait for itself -------------------------------------- */

static void
leave_as_a(netid_t id)
{
	diary_write("%d", leave(A));
}

static void
leave_as_a_when_told(netid_t id, hook_notify_cmd_t cmd, const char *protocol)
{
	leave_as_a(id);
}

static void
unregistering_oneself_in_any_callback_is_refused(void **state)
{
	const char *log;

	A->on_create = A->on_shutdown = A->on_destroy = leave_as_a;
	A->on_notify = leave_as_a_when_told;
	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	log_keep();
	(void)add_instance("one", "inet");
	assert_int_equal(destroy(1), 0);
	log = log_kept();
	assert_diary("a.create(1) -1 a.notify(1 +inet) -1 a.notify(1 -inet) "
		     "-1 a.shutdown(1) -1 a.destroy(1) -1");
	assert_non_null(strstr(log,
	    "tester: net_instance_unregister refused: called inside one of "
	    "the registrant's own callbacks, it would wait for itself"));
	assert_string_equal(pairs_of(0), "a:active");
}

static void
unregister_b(netid_t id)
{
	diary_write("b leaves %d", leave(B));
}

static void
leaving_through_the_callback_of_another_is_refused_too(void **state)
{
	/* a's shutdown takes b away, whose destroy takes a away: a's frame. */
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	A->on_shutdown = unregister_b;
	B->on_destroy = leave_as_a;
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.shutdown(0) b.shutdown(0) b.destroy(0) -1 "
		     "b leaves 0 a.destroy(0)");
}

/* --- G12: calls from inside a callback ------------------------------------ */

static void
register_b(netid_t id)
{
	if (id <= 1)
		diary_write("b enters %d", enter(B));
}

static void
registering_inside_a_callback_acts_at_once_there(void **state)
{
	A->on_create = register_b;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) b.create(0) b enters 0");
	assert_string_equal(pairs_of(0), "a:active b:active");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_string_equal(pairs_of(0), "b:active");
}

static void
register_b_on_two(netid_t id)
{
	if (id == 2)
		diary_write("b enters %d", enter(B));
}

static bool
b_is_on_one(void *arg)
{
	return strstr(pairs_of(1), "b:active") != NULL;
}

static void
registering_inside_a_callback_waits_for_no_other_instance(void **state)
{
	struct answer added;
	struct instance *one;

	(void)add_instance("one", NULL);
	A->on_notify = stop_at_the_gate_when_told;
	A->on_create = register_b_on_two;
	assert_int_equal(enter_with_notify(A), 0);
	one = instance_find(1);
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(one, "x", answer_done, &added), 0);
	instance_release(one);
	gate_wait(&gate, 1);
	(void)diary_take();
	/* Instance 1 stands still, and 2 does not wait for it. */
	(void)add_instance("two", NULL);
	assert_non_null(strstr(diary_take(), "b enters 0"));
	assert_string_equal(pairs_of(2), "a:active b:active");
	assert_string_equal(pairs_of(1), "a:active");
	gate_open(&gate);
	assert_int_equal(answer_wait(&added), 0);
	wait_until(b_is_on_one, NULL);
}

static void
unregister_b_when_told(
    netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	unregister_b(id);
}

static void
unregistering_another_inside_a_callback_acts_at_once_there(void **state)
{
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	A->on_notify = unregister_b_when_told;
	assert_int_equal(add_protocol(0, "x"), 0);
	assert_diary("a.notify(0 +x) b.shutdown(0) b.destroy(0) b leaves 0");
	A->on_notify = NULL;
}

#define ROUNDS 50

static void
come_and_go(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	(void)enter(B);
	(void)leave(B);
}

static void
pairs_that_came_and_went_inside_callbacks_leave_no_gaps(void **state)
{
	struct instance *global;
	int i;

	A->on_notify = come_and_go;
	assert_int_equal(enter_with_notify(A), 0);
	global = instance_find(0);
	for (i = 0; i < ROUNDS; i++) {
		assert_int_equal(add_protocol(0, "x"), 0);
		assert_int_equal(remove_protocol(0, "x"), 0);
		(void)diary_take();
		assert_in_range(global->pair_count, 1, 2);
	}
	assert_string_equal(pairs_of(0), "a:active");
	instance_release(global);
}

#define REGISTER(test) cmocka_unit_test_setup_teardown(test, start, stop)
#define SERIAL(test)   cmocka_unit_test_setup_teardown(test, start_serial, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    REGISTER(what_is_not_valid_is_refused_with_a_reason),
	    REGISTER(the_longest_name_is_taken),
	    REGISTER(a_registered_structure_may_be_used_again_at_once),
	    REGISTER(a_structure_is_made_for_the_known_version_only),
	    REGISTER(a_name_is_free_again_after_unregistering),
	    SERIAL(registering_replays_create_on_every_live_instance),
	    SERIAL(an_instance_past_shutdown_is_left_out_for_good),
	    REGISTER(a_registration_during_a_birth_is_told_of_it_once),
	    SERIAL(unregistering_shuts_all_down_before_it_destroys_any),
	    REGISTER(unregistering_waits_for_a_callback_that_runs),
	    REGISTER(only_the_same_callbacks_unregister),
	    REGISTER(creates_come_in_order_and_the_rest_in_reverse),
	    SERIAL(a_failed_create_gets_no_further_callback),
	    REGISTER(a_retry_runs_create_again_where_it_failed),
	    REGISTER(unregistering_oneself_in_any_callback_is_refused),
	    REGISTER(leaving_through_the_callback_of_another_is_refused_too),
	    REGISTER(registering_inside_a_callback_acts_at_once_there),
	    REGISTER(registering_inside_a_callback_waits_for_no_other_instance),
	    REGISTER(
		unregistering_another_inside_a_callback_acts_at_once_there),
	    REGISTER(pairs_that_came_and_went_inside_callbacks_leave_no_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
