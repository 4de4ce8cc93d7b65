/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_provider.c: the functions of protocols that plugins provide, run by
 * any thread while their registrant leaves (G4) or by themselves (G11).
 */
#include <pthread.h>

#include <netinst/netinst.h>

#include "core/object/core_impl.h"
#include "core_fixture.h"

static net_handle_t handle;
static struct gate inside;
static int (*act)(void);
static int result;

static int
getifname(net_handle_t protocol, phy_if_t nic, char *buf, const size_t size)
{
	if (act != NULL)
		result = act();
	gate_pass(&inside);
	return 1;
}

static void
provide_it(netid_t id)
{
	static const net_protocol_t mine = {
	    .netp_version = NETINFO_VERSION,
	    .netp_name = "mine",
	    .netp_getifname = getifname,
	};

	if (id == 0)
		handle = net_protocol_register(id, &mine);
}

static void *
ask(void *arg)
{
	char name[32];

	(void)net_getifname(handle, 1, name, sizeof(name));
	return arg;
}

static int
setup(void **state)
{
	gate_init(&inside);
	act = NULL;
	result = -1;
	return core_setup_serial(state);
}

static int
teardown(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&inside);
	return error;
}

static pthread_t
ask_on_a_thread(void)
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, ask, NULL), 0);
	gate_wait(&inside, 1);
	return thread;
}

/* There is one worker: what it was asked for before is over then. */
static void
let_all_else_be_over(void)
{
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_equal(leave(B), DDI_SUCCESS);
}

static void
unregistering_waits_for_who_is_inside_a_function(void **state)
{
	struct answer left;
	pthread_t thread;

	A->on_create = provide_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	thread = ask_on_a_thread();
	answer_init(&left);
	assert_int_equal(
	    registrant_unregister(&A->callbacks, answer_done, &left), 0);
	let_all_else_be_over();
	assert_false(answer_is_over(&left));
	gate_open(&inside);
	assert_int_equal(answer_wait(&left), 0);
	(void)pthread_join(thread, NULL);
}

static void
so_does_the_end_of_an_owner(void **state)
{
	struct owner *other = owner_create("other"), *before;
	struct answer ended;
	pthread_t thread;

	before = owner_enter(other);
	provide_it(0);
	owner_leave(before);
	thread = ask_on_a_thread();
	answer_init(&ended);
	owner_retire(other, answer_done, &ended);
	let_all_else_be_over();
	assert_false(answer_is_over(&ended));
	gate_open(&inside);
	assert_int_equal(answer_wait(&ended), 0);
	(void)pthread_join(thread, NULL);
	owner_release(other);
}

static void
take_it_back(netid_t id)
{
	if (id == 0 && net_protocol_unregister(handle) == 0)
		diary_write("withdrawn");
}

static void
a_withdrawn_protocol_lets_nobody_in_and_those_inside_out(void **state)
{
	struct answer left;
	pthread_t thread;

	A->on_create = provide_it;
	A->on_shutdown = take_it_back;
	assert_int_equal(enter(A), DDI_SUCCESS);
	thread = ask_on_a_thread();
	(void)diary_take();
	answer_init(&left);
	assert_int_equal(
	    registrant_unregister(&A->callbacks, answer_done, &left), 0);
	gate_open(&inside);
	assert_int_equal(answer_wait(&left), 0);
	assert_diary("a.shutdown(0) withdrawn a.destroy(0)");
	ask(NULL);
	assert_int_equal(inside.arrived, 1);
	(void)pthread_join(thread, NULL);
}

/* --- what would wait for itself ------------------------------------------- */

static int
leave_a(void)
{
	return leave(A);
}

static void
a_registrant_does_not_leave_inside_its_own_function(void **state)
{
	A->on_create = provide_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	gate_open(&inside);
	act = leave_a;
	log_keep();
	ask(NULL);
	assert_int_equal(result, DDI_FAILURE);
	assert_non_null(strstr(log_kept(), "it would wait for itself"));
	assert_int_equal(leave(A), DDI_SUCCESS);
}

static int
withdraw(void)
{
	return net_protocol_unregister(handle);
}

static void
a_protocol_may_be_taken_back_inside_its_own_function(void **state)
{
	gate_open(&inside);
	provide_it(0);
	assert_string_equal(protocols_of(0), "mine");
	act = withdraw;
	ask(NULL);
	assert_int_equal(result, 0);
	/* It is queued, as what any callback asks of another instance. */
	let_all_else_be_over();
	assert_string_equal(protocols_of(0), "");
}

/* --- who does not come back ----------------------------------------------- */

static int
end_the_thread(void)
{
	pthread_exit(NULL);
}

static struct gate asked;

static void
ask_in_a_timeout(netid_t id, void *arg)
{
	gate_pass(&asked);
	ask(arg);
}

static void
who_ended_inside_a_function_is_not_waited_for(void **state)
{
	pthread_t thread;

	gate_init(&asked);
	gate_open(&asked);
	A->on_create = provide_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	act = end_the_thread;
	log_keep();
	assert_int_not_equal(net_timeout(0, 0, ask_in_a_timeout, NULL), 0);
	gate_wait(&asked, 1);
	let_all_else_be_over();
	assert_int_equal(pthread_create(&thread, NULL, ask, NULL), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_non_null(
	    strstr(log_kept(), "called pthread_exit() in hook on instance 0"));
	gate_destroy(&asked);
}

static jmp_buf back;

static int
jump_back(void)
{
	longjmp(back, 1);
}

static void
ask_and_come_back(netid_t id, void *arg)
{
	if (setjmp(back) == 0)
		ask(arg);
	gate_pass(&asked);
}

static void
nor_is_who_jumped_out_of_it(void **state)
{
	gate_init(&asked);
	gate_open(&asked);
	A->on_create = provide_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	act = jump_back;
	log_keep();
	assert_int_not_equal(net_timeout(0, 0, ask_and_come_back, NULL), 0);
	gate_wait(&asked, 1);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_non_null(strstr(log_kept(), "jumped out of"));
	gate_destroy(&asked);
}

#define PROVIDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROVIDER(unregistering_waits_for_who_is_inside_a_function),
	    PROVIDER(so_does_the_end_of_an_owner),
	    PROVIDER(a_withdrawn_protocol_lets_nobody_in_and_those_inside_out),
	    PROVIDER(a_registrant_does_not_leave_inside_its_own_function),
	    PROVIDER(a_protocol_may_be_taken_back_inside_its_own_function),
	    PROVIDER(who_ended_inside_a_function_is_not_waited_for),
	    PROVIDER(nor_is_who_jumped_out_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
