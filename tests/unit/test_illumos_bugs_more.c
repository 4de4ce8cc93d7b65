/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_illumos_bugs_more.c: those of the list of test_illumos_bugs.c that are
 * about instances, registrants and ids. doc/illumos-bugs.md has the whole
 * list, and where the tests of interfaces and packets stand.
 */
#include <pthread.h>

#include "core/core.h"
#include "hook_fixture.h"

/* One worker: what happens on two instances is in one order. */
#define SERIAL_TEST(test)                                                      \
	cmocka_unit_test_setup_teardown(test, hook_setup_serial, hook_teardown)

enum { THREADS = 3, TURNS = 100 };

static _Atomic bool over;

static void *
provide_and_withdraw(void *arg)
{
	static const net_protocol_t protocol = {
	    .netp_version = NETINFO_VERSION, .netp_name = "passing"};
	net_handle_t handle;
	netid_t id = 1;

	while (!atomic_load(&over)) {
		handle = net_protocol_register(id, &protocol);
		if (handle != NULL)
			(void)net_protocol_unregister(handle);
		(void)net_instance_notify_register(id, note, NULL);
		(void)net_instance_notify_unregister(id, note);
		id = id % (2 * TURNS) + 1;
	}
	return arg;
}

/*
 * There: the instance is still used after the lock that keeps it was given up.
 * Here what fails, if it does, is an access that the sanitizers see.
 */
static void
bug_11_an_instance_may_end_while_others_change_it(void **state)
{
	pthread_t threads[THREADS];
	int i;

	atomic_store(&over, false);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
				     provide_and_withdraw, NULL),
		    0);
	for (i = 0; i < TURNS; i++)
		assert_int_equal(destroy(add_instance("two", NHF_INET)), 0);
	atomic_store(&over, true);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	(void)diary_take();
}

static uint64_t
registrants(void)
{
	struct core_status status;

	core_read_status(&status);
	return status.registrants;
}

/* There: the record of a registrant that never had an instance is lost. */
static void
bug_12_a_registrant_without_instances_leaves_nothing(void **state)
{
	uint64_t before = registrants();

	assert_int_equal(shut_down(1), 0);
	assert_int_equal(enter(A), 0);
	assert_diary("a.create(0)");
	assert_int_equal(registrants(), before + 1);
	assert_int_equal(leave(A), 0);
	assert_diary("a.shutdown(0) a.destroy(0)");
	assert_int_equal(registrants(), before);
	/* The same structure, at the same address, begins anew. */
	assert_int_equal(enter(A), 0);
	assert_diary("a.create(0)");
	assert_int_equal(leave(A), 0);
	assert_diary("a.shutdown(0) a.destroy(0)");
}

/* There: each of these answers something else than its manual page says. */
static void
bug_14_documented_answers_are_given(void **state)
{
	net_handle_t handle = net_protocol_lookup(1, NHF_INET);

	assert_int_equal(net_zoneidtonetid(net_getzoneidbynetid(1)), 1);
	assert_int_equal(net_zoneidtonetid(4711), -1);
	assert_int_equal(net_protocol_release(handle), 0);
	assert_int_equal(net_protocol_release(NULL), -1);
	while (net_protocol_release(inet) == 0)
		;
	assert_int_equal(net_protocol_release(inet), 1);
	inet = net_protocol_lookup(1, NHF_INET);
	assert_int_equal(add_hinted("a", HH_BEFORE, "nobody"), ESRCH);
}

static void *
create_other(const netid_t id)
{
	diary_write("other.create(%d)", (int)id);
	return &over;
}

static void
destroy_other(const netid_t id, void *context)
{
	diary_write("other.destroy(%d)", (int)id);
}

/* There: whoever knows the name takes away what another has registered. */
static void
bug_19_a_name_is_not_enough_to_unregister(void **state)
{
	net_instance_t other = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = A->callbacks.nin_name,
	    .nin_create = create_other,
	    .nin_destroy = destroy_other,
	};

	assert_int_equal(enter(A), 0);
	assert_diary("a.create(0) a.create(1)");
	log_keep();
	assert_int_equal(net_instance_register(&other), DDI_FAILURE);
	assert_int_equal(net_instance_unregister(&other), DDI_FAILURE);
	(void)log_kept();
	assert_diary("");
	assert_int_equal(leave(A), 0);
	assert_diary("a.shutdown(0) a.shutdown(1) a.destroy(0) a.destroy(1)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOOK_TEST(bug_11_an_instance_may_end_while_others_change_it),
	    SERIAL_TEST(bug_12_a_registrant_without_instances_leaves_nothing),
	    HOOK_TEST(bug_14_documented_answers_are_given),
	    SERIAL_TEST(bug_19_a_name_is_not_enough_to_unregister),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
