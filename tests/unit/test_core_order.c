/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_order.c: instances have their turns ascending by id (G5), with one
 * worker, which each test keeps busy until all that it asks for stands on the
 * strands.
 */
#include "core/object/core_impl.h"
#include "core_fixture.h"

static struct gate gate;

static int
setup(void **state)
{
	gate_init(&gate);
	return core_setup_serial(state);
}

static int
teardown(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&gate);
	return error;
}

/* It is told that something is over, by a strand that is not idle yet. */
static void
told_at_the_gate(void *arg, int error)
{
	assert_int_equal(error, 0);
	gate_pass(&gate);
}

/* The strand of that instance runs until the gate is opened. */
static void
keep_busy(netid_t id)
{
	struct instance *instance = instance_find(id);

	assert_int_equal(
	    instance_add_protocol(instance, "inet", told_at_the_gate, NULL), 0);
	instance_release(instance);
	gate_wait(&gate, 1);
}

static void
begin_to_enter(struct actor *actor, struct answer *answer)
{
	answer_init(answer);
	assert_int_equal(registrant_register(core_owner, &actor->callbacks,
			     NULL, answer_done, answer),
	    0);
}

static void
begin_to_leave(struct actor *actor, struct answer *answer)
{
	answer_init(answer);
	assert_int_equal(
	    registrant_unregister(&actor->callbacks, answer_done, answer), 0);
}

static void
an_instance_that_is_not_idle_yet_has_its_turn_first(void **state)
{
	struct answer answer;

	(void)add_instance("one", NULL);
	keep_busy(0);
	begin_to_enter(A, &answer);
	gate_open(&gate);
	assert_int_equal(answer_wait(&answer), 0);
	assert_diary("a.create(0) a.create(1)");
}

static void
nor_does_one_with_something_else_to_do_come_early(void **state)
{
	struct answer answer, added;
	struct instance *two;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	keep_busy(0);
	two = instance_find(2);
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(two, "inet", answer_done, &added), 0);
	begin_to_enter(A, &answer);
	gate_open(&gate);
	assert_int_equal(answer_wait(&added), 0);
	assert_int_equal(answer_wait(&answer), 0);
	assert_diary("a.create(0) a.create(1) a.create(2)");
	instance_release(two);
}

static void
so_it_is_when_a_registrant_leaves(void **state)
{
	struct answer answer;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	keep_busy(1);
	begin_to_leave(A, &answer);
	gate_open(&gate);
	assert_int_equal(answer_wait(&answer), 0);
	assert_diary("a.shutdown(0) a.shutdown(1) a.shutdown(2) "
		     "a.destroy(0) a.destroy(1) a.destroy(2)");
}

static void
two_that_enter_at_once_have_each_its_own_order(void **state)
{
	struct answer first, second;

	(void)add_instance("one", NULL);
	(void)add_instance("two", NULL);
	keep_busy(1);
	begin_to_enter(A, &first);
	begin_to_enter(B, &second);
	gate_open(&gate);
	assert_int_equal(answer_wait(&first), 0);
	assert_int_equal(answer_wait(&second), 0);
	assert_diary("a.create(0) a.create(1) a.create(2) "
		     "b.create(0) b.create(1) b.create(2)");
}

#define SERIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SERIAL(an_instance_that_is_not_idle_yet_has_its_turn_first),
	    SERIAL(nor_does_one_with_something_else_to_do_come_early),
	    SERIAL(so_it_is_when_a_registrant_leaves),
	    SERIAL(two_that_enter_at_once_have_each_its_own_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
