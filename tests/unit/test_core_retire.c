/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_retire.c: the end of an owner, whatever its callbacks do just
 * then, and registrations that belong to no plugin.
 */
#include <netinst/kstat.h>
#include <netinst/timeout.h>

#include "core_fixture.h"

static struct gate in_create, in_shutdown, in_notify;

static int
start(void **state)
{
	gate_init(&in_create);
	gate_init(&in_shutdown);
	gate_init(&in_notify);
	return core_setup(state);
}

static int
stop(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&in_notify);
	gate_destroy(&in_shutdown);
	gate_destroy(&in_create);
	return error;
}

static void
retiring_unregisters_the_newest_first(void **state)
{
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	retire(core_owner);
	assert_diary("b.shutdown(0) b.destroy(0) a.shutdown(0) a.destroy(0)");
}

static int
never_told(hook_notify_cmd_t command, void *arg, const char *name1,
    const char *name2, const char *name3)
{
	diary_write("told");
	return 0;
}

static void
a_retired_owner_registers_nothing_more(void **state)
{
	const net_protocol_t protocol = {
	    .netp_version = NETINFO_VERSION, .netp_name = "mine"};
	struct answer answer;

	retire(core_owner);
	assert_int_equal(enter(A), DDI_FAILURE);
	answer_init(&answer);
	assert_int_equal(registrant_register(core_owner, &A->callbacks, NULL,
			     answer_done, &answer),
	    -ESHUTDOWN);
	gate_destroy(&answer.over);
	assert_null(net_protocol_register(0, &protocol));
	assert_int_equal(
	    net_instance_notify_register(0, never_told, NULL), ESHUTDOWN);
	assert_null(
	    net_kstat_create(0, "m", 0, "k", "misc", KSTAT_TYPE_NAMED, 1, 0));
	assert_diary("");
}

static void
retiring_touches_nothing_of_another_owner(void **state)
{
	struct owner *other = owner_create("other"), *before;

	assert_int_equal(enter(A), DDI_SUCCESS);
	before = owner_enter(other);
	assert_int_equal(enter(B), DDI_SUCCESS);
	owner_leave(before);
	(void)diary_take();
	retire(other);
	assert_diary("b.shutdown(0) b.destroy(0)");
	assert_string_equal(pairs_of(0), "a:active");
	owner_release(other);
}

/* --- while instances are born --------------------------------------------- */

static void
stop_at_inet(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (command == HN_REGISTER)
		gate_pass(&in_notify);
}

static void
never_due(netid_t id, void *arg)
{
	fail();
}

/* What it has made outside callbacks is silenced first, on each instance. */
static void
an_instance_born_meanwhile_has_nothing_of_it(void **state)
{
	struct answer told, retired;
	struct instance *global;

	A->on_notify = stop_at_inet;
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_not_equal(net_timeout(0, UINT64_MAX, never_due, NULL), 0);
	(void)diary_take();
	global = instance_find(0);
	answer_init(&told);
	assert_int_equal(
	    instance_add_protocol(global, "inet", answer_done, &told), 0);
	instance_release(global);
	gate_wait(&in_notify, 1);
	answer_init(&retired);
	owner_retire(core_owner, answer_done, &retired);
	(void)add_instance("late", NULL);
	assert_string_equal(pairs_of(1), "");
	gate_open(&in_notify);
	assert_int_equal(answer_wait(&told), 0);
	assert_int_equal(answer_wait(&retired), 0);
	assert_diary("a.notify(0 +inet) b.shutdown(0) b.destroy(0) "
		     "a.notify(0 -inet) a.shutdown(0) a.destroy(0)");
}

static kstat_t *granted;
static int notify_error;

static void
ask_for_a_kstat(netid_t id)
{
	if (id == 0)
		return;
	gate_pass(&in_create);
	granted =
	    net_kstat_create(id, "m", 0, "k", "misc", KSTAT_TYPE_NAMED, 1, 0);
	notify_error = net_instance_notify_register(id, never_told, A);
}

static void
give_it_back(netid_t id)
{
	if (id == 0)
		return;
	net_kstat_delete(id, granted);
	(void)net_instance_notify_unregister(id, never_told);
}

static void
a_create_under_way_is_granted_what_it_asks_for(void **state)
{
	const struct instance_config config = {.name = "x", .source = "test"};
	struct owner_leftovers left;
	struct answer created, retired;

	A->on_create = ask_for_a_kstat;
	A->on_shutdown = give_it_back;
	assert_int_equal(enter(A), DDI_SUCCESS);
	answer_init(&created);
	assert_int_equal(
	    instance_create(&config, NULL, answer_done, &created), 0);
	gate_wait(&in_create, 1);
	answer_init(&retired);
	owner_retire(core_owner, answer_done, &retired);
	gate_open(&in_create);
	assert_int_equal(answer_wait(&created), 0);
	assert_int_equal(answer_wait(&retired), 0);
	assert_non_null(granted);
	assert_int_equal(notify_error, 0);
	owner_read_leftovers(core_owner, &left);
	assert_int_equal(left.kstats + left.notifies, 0);
}

/* --- while a callback of its own unregisters another ---------------------- */

static void
stop_in_shutdown(netid_t id)
{
	gate_pass(&in_shutdown);
}

static void
unregister_b(netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	if (command != HN_REGISTER)
		return;
	diary_write("%d", leave(B));
	gate_pass(&in_notify);
	diary_write("a returns");
}

static void
retiring_waits_for_the_callback_that_unregisters_another(void **state)
{
	struct answer added, retired;
	struct instance *global;

	A->on_notify = unregister_b;
	B->on_shutdown = stop_in_shutdown;
	assert_int_equal(enter_with_notify(A), 0);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	global = instance_find(0);
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(global, "x", answer_done, &added), 0);
	instance_release(global);
	gate_wait(&in_shutdown, 1);
	answer_init(&retired);
	owner_retire(core_owner, answer_done, &retired);
	gate_open(&in_shutdown);
	/* b is gone, and a's callback still runs: a's shutdown waits. */
	gate_wait(&in_notify, 1);
	assert_false(answer_is_over(&retired));
	assert_diary("a.notify(0 +x) b.shutdown(0) b.destroy(0) 0");
	gate_open(&in_notify);
	assert_int_equal(answer_wait(&added), 0);
	assert_int_equal(answer_wait(&retired), 0);
	assert_diary("a returns a.notify(0 -x) a.shutdown(0) a.destroy(0)");
}

static void
unregister_b_in_create(netid_t id)
{
	if (A->fails)
		return;
	diary_write("%d", leave(B));
}

static void
retiring_waits_for_a_retried_create_that_unregisters_another(void **state)
{
	struct answer retried, retired;

	A->fails = true;
	A->on_create = unregister_b_in_create;
	B->on_shutdown = stop_in_shutdown;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)diary_take();
	A->fails = false;
	answer_init(&retried);
	owner_retry(core_owner, answer_done, &retried);
	gate_wait(&in_shutdown, 1);
	answer_init(&retired);
	owner_retire(core_owner, answer_done, &retired);
	gate_open(&in_shutdown);
	assert_int_equal(answer_wait(&retried), 0);
	assert_int_equal(answer_wait(&retired), 0);
	assert_diary("a.create(0) b.shutdown(0) b.destroy(0) 0 "
		     "a.shutdown(0) a.destroy(0)");
}

/* --- threads that nobody knows -------------------------------------------- */

static void
register_a_and_a_protocol(void)
{
	const net_protocol_t protocol = {
	    .netp_version = NETINFO_VERSION, .netp_name = "mine"};

	diary_write("%d", enter(A));
	diary_write(net_protocol_register(0, &protocol) != NULL ? "yes" : "no");
}

static void
write_owner(
    void *arg, const char *owner, const char *registrant, enum pair_state state)
{
	diary_write("%s of %s", registrant, owner);
}

static void
what_a_thread_of_nobody_registers_ends_with_the_daemon(void **state)
{
	struct core_status status;
	struct instance *global;

	on_a_thread(register_a_and_a_protocol);
	assert_diary("a.create(0) 0 yes");
	global = instance_find(0);
	instance_visit_pairs(global, write_owner, NULL);
	instance_release(global);
	assert_diary("a of netinstd");
	retire(core_owner);
	assert_diary("");
	core_end();
	core_read_status(&status);
	assert_int_equal(status.registrants, 0);
	assert_diary("a.shutdown(0) a.destroy(0)");
}

static struct owner *
answer_with_tester(const void *address)
{
	return core_owner;
}

static void
a_thread_of_nobody_works_for_whose_code_it_runs(void **state)
{
	owner_set_resolver(answer_with_tester);
	on_a_thread(register_a_and_a_protocol);
	owner_set_resolver(NULL);
	assert_diary("a.create(0) 0 yes");
	retire(core_owner);
	assert_diary("a.shutdown(0) a.destroy(0)");
	assert_string_equal(protocols_of(0), "");
}

/* --- accounts ------------------------------------------------------------- */

static void
write_owner_of_the_thread(netid_t id)
{
	diary_write("for %s", owner_name(owner_current()));
}

static void
a_callback_works_for_the_owner_of_its_registrant(void **state)
{
	struct callback_stats stats;

	A->on_create = A->on_shutdown = A->on_destroy =
	    write_owner_of_the_thread;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("a.create(0) for tester a.shutdown(0) for tester "
		     "a.destroy(0) for tester");
	owner_read_callback(core_owner, CALLBACK_DESTROY, &stats);
	assert_int_equal(stats.calls, 1);
	assert_int_equal(stats.running, 0);
	assert_int_equal(stats.failures, 0);
	assert_true(stats.p50 > 0 && stats.p50 <= stats.p99);
	assert_true(stats.p99 <= stats.max);
}

#define RETIRE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    RETIRE(retiring_unregisters_the_newest_first),
	    RETIRE(a_retired_owner_registers_nothing_more),
	    RETIRE(retiring_touches_nothing_of_another_owner),
	    RETIRE(an_instance_born_meanwhile_has_nothing_of_it),
	    RETIRE(a_create_under_way_is_granted_what_it_asks_for),
	    RETIRE(retiring_waits_for_the_callback_that_unregisters_another),
	    RETIRE(
		retiring_waits_for_a_retried_create_that_unregisters_another),
	    RETIRE(what_a_thread_of_nobody_registers_ends_with_the_daemon),
	    RETIRE(a_thread_of_nobody_works_for_whose_code_it_runs),
	    RETIRE(a_callback_works_for_the_owner_of_its_registrant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
