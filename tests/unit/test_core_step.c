/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_step.c: steps that complete later than the call that started them,
 * through a driver of the test's own (pair.h). The driver runs nothing: the
 * test ends each step itself.
 */
#include "core/callback/step.h"

#include "core/object/core_impl.h"
#include "core_fixture.h"

/* Where start() stops before it returns; counts the steps that began. */
static struct gate begun;
static struct step *pending;
/* Whether start() completes steps itself, and how it ends then. */
static bool completes_at_once;
static enum step_result returns;

/* Passed when a callback has unregistered a. */
static struct gate left_alone;

static int context;

static enum step_result
start_step(struct step *step)
{
	diary_write("%s(%d)", callback_name(step->callback),
	    (int)instance_id(step->instance));
	if (returns == STEP_DONE) {
		step->context = &context;
		return STEP_DONE;
	}
	pending = step;
	if (completes_at_once)
		step_complete(step, &context);
	gate_pass(&begun);
	return STEP_PENDING;
}

static const struct pair_driver driver = {true, start_step};

static int
start(void **state)
{
	gate_init(&begun);
	begun.open = true;
	gate_init(&left_alone);
	left_alone.open = true;
	completes_at_once = false;
	returns = STEP_PENDING;
	return core_setup(state);
}

static int
stop(void **state)
{
	int error;

	returns = STEP_DONE;
	error = core_teardown(state);
	gate_destroy(&begun);
	gate_destroy(&left_alone);
	return error;
}

static void
register_driven(struct answer *answer)
{
	answer_init(answer);
	assert_int_equal(registrant_register_driven(core_owner, &A->callbacks,
			     A->notify, &driver, answer_done, answer),
	    0);
}

static void
a_pending_create_holds_up_its_own_instance_only(void **state)
{
	struct answer registered, added;
	struct instance *global;

	register_driven(&registered);
	gate_wait(&begun, 1);
	assert_string_equal(pairs_of(0), "a:creating");
	/* What comes later on that instance stands behind it. */
	global = instance_find(0);
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(global, "x", answer_done, &added), 0);
	instance_release(global);
	assert_false(answer_is_over(&registered));
	returns = STEP_DONE;
	assert_int_equal(add_instance("one", NULL), 1);
	assert_string_equal(pairs_of(1), "a:active");
	assert_false(answer_is_over(&added));
	step_complete(pending, &context);
	assert_int_equal(answer_wait(&registered), 0);
	assert_int_equal(answer_wait(&added), 0);
	assert_string_equal(pairs_of(0), "a:active");
	assert_diary("create(0) create(1) notify(0)");
}

static void
a_pending_create_may_fail(void **state)
{
	struct answer registered;

	register_driven(&registered);
	gate_wait(&begun, 1);
	step_complete(pending, NULL);
	assert_int_equal(answer_wait(&registered), 0);
	assert_string_equal(pairs_of(0), "a:failed");
	returns = STEP_DONE;
	retry(core_owner);
	assert_string_equal(pairs_of(0), "a:active");
	assert_diary("create(0) create(0)");
}

static void
a_step_may_complete_before_its_start_has_returned(void **state)
{
	struct answer registered;

	completes_at_once = true;
	register_driven(&registered);
	assert_int_equal(answer_wait(&registered), 0);
	assert_string_equal(pairs_of(0), "a:active");
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_diary("create(0) shutdown(0) destroy(0)");
}

static void
pending_steps_keep_the_order_of_a_life(void **state)
{
	struct answer registered, destroyed;

	returns = STEP_DONE;
	register_driven(&registered);
	assert_int_equal(answer_wait(&registered), 0);
	assert_int_equal(enter(B), DDI_SUCCESS);
	(void)add_instance("one", "inet");
	(void)diary_take();
	returns = STEP_PENDING;
	begin_to_destroy(1, &destroyed);
	gate_wait(&begun, 1);
	assert_diary("notify(1)");
	step_complete(pending, NULL);
	gate_wait(&begun, 2);
	assert_diary("b.shutdown(1) shutdown(1)");
	assert_string_equal(pairs_of(1), "a:shutting-down b:down");
	step_complete(pending, NULL);
	gate_wait(&begun, 3);
	assert_diary("b.destroy(1) destroy(1)");
	assert_string_equal(pairs_of(1), "a:destroying");
	assert_false(answer_is_over(&destroyed));
	step_complete(pending, NULL);
	assert_int_equal(answer_wait(&destroyed), 0);
	assert_null(instance_find(1));
}

static void
an_unregistration_waits_for_steps_that_are_pending(void **state)
{
	struct answer registered, left;

	returns = STEP_DONE;
	register_driven(&registered);
	assert_int_equal(answer_wait(&registered), 0);
	(void)diary_take();
	returns = STEP_PENDING;
	answer_init(&left);
	assert_int_equal(
	    registrant_unregister(&A->callbacks, answer_done, &left), 0);
	gate_wait(&begun, 1);
	assert_diary("shutdown(0)");
	assert_false(answer_is_over(&left));
	step_complete(pending, NULL);
	gate_wait(&begun, 2);
	assert_diary("destroy(0)");
	assert_false(answer_is_over(&left));
	step_complete(pending, NULL);
	assert_int_equal(answer_wait(&left), 0);
	assert_string_equal(pairs_of(0), "");
}

static void
unregister_a_when_told(netid_t id, hook_notify_cmd_t cmd, const char *protocol)
{
	if (cmd != HN_REGISTER)
		return;
	diary_write("a leaves %d", leave(A));
	gate_pass(&left_alone);
}

static bool
a_is_gone(void *arg)
{
	return strstr(pairs_of(0), "a:") == NULL;
}

static void
a_callback_that_began_a_pending_step_returns_before_that_ends(void **state)
{
	struct answer registered, added;
	struct instance *global;

	assert_int_equal(enter_with_notify(B), 0);
	returns = STEP_DONE;
	register_driven(&registered);
	assert_int_equal(answer_wait(&registered), 0);
	(void)diary_take();
	returns = STEP_PENDING;
	B->on_notify = unregister_a_when_told;
	global = instance_find(0);
	answer_init(&added);
	assert_int_equal(
	    instance_add_protocol(global, "x", answer_done, &added), 0);
	instance_release(global);
	/* a's shutdown began inside b's callback, and is pending still. */
	gate_wait(&left_alone, 1);
	assert_string_equal(pairs_of(0), "b:active a:shutting-down");
	returns = STEP_DONE;
	step_complete(pending, NULL);
	assert_int_equal(answer_wait(&added), 0);
	wait_until(a_is_gone, NULL);
	assert_diary("b.notify(0 +x) shutdown(0) a leaves 0 destroy(0)");
}

#define STEP(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STEP(a_pending_create_holds_up_its_own_instance_only),
	    STEP(a_pending_create_may_fail),
	    STEP(a_step_may_complete_before_its_start_has_returned),
	    STEP(pending_steps_keep_the_order_of_a_life),
	    STEP(an_unregistration_waits_for_steps_that_are_pending),
	    STEP(a_callback_that_began_a_pending_step_returns_before_that_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
