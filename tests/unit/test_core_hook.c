/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_hook.c: hooks on the events of a protocol: every error, their
 * order, what is told of them, what becomes of those that are left. Hooks
 * write their name; on instance 1, "one", there is inet.
 */
#include "hook_fixture.h"

/* --- what is refused ------------------------------------------------------ */

static void
hook_alloc_gives_a_zeroed_hook_of_that_version(void **state)
{
	hook_t *hook = hook_alloc(HOOK_VERSION), zero = {0};

	zero.h_version = HOOK_VERSION;
	assert_memory_equal(hook, &zero, sizeof(zero));
	hook_free(hook);
	hook_free(NULL);
	hook = hook_alloc(7);
	assert_int_equal(hook->h_version, 7);
	hook_free(hook);
}

static void
what_is_no_hook_is_invalid(void **state)
{
	hook_t hook = hook_named("a");

	assert_int_equal(net_hook_register(inet, NH_PHYSICAL_IN, NULL), EINVAL);
	hook.h_version = HOOK_VERSION + 1;
	assert_int_equal(add(&hook), EINVAL);
	hook = hook_named("a");
	hook.h_func = NULL;
	assert_int_equal(add(&hook), EINVAL);
	hook = hook_named(NULL);
	assert_int_equal(add(&hook), EINVAL);
	hook = hook_named("");
	assert_int_equal(add(&hook), EINVAL);
	hook = hook_named("a");
	assert_int_equal(net_hook_register(inet, NULL, &hook), EINVAL);
	hook.h_hint = (hook_hint_t)99;
	assert_int_equal(add(&hook), EINVAL);
	hook.h_hint = HH_BEFORE;
	assert_int_equal(add(&hook), EINVAL); /* no value */
	hook.h_hintvalue = (uintptr_t) "";
	assert_int_equal(add(&hook), EINVAL);
	hook.h_hintvalue = (uintptr_t) "a";
	assert_int_equal(add(&hook), EINVAL); /* itself */
	assert_int_equal(run(), 0);
	assert_diary("");
}

static void
a_hook_needs_a_family_and_an_event(void **state)
{
	hook_t hook = hook_named("a");
	uint64_t rubbish[64] = {0};

	assert_int_equal(
	    net_hook_register(inet, "NO_SUCH_EVENT", &hook), ENXIO);
	assert_int_equal(net_hook_register(NULL, NH_PHYSICAL_IN, &hook), ENXIO);
	assert_int_equal(net_hook_register((net_handle_t)(void *)rubbish,
			     NH_PHYSICAL_IN, &hook),
	    ENXIO);
	assert_int_equal(
	    net_hook_register(provide("mine"), NH_PHYSICAL_IN, &hook), ENXIO);
	assert_int_equal(add_protocol(1, "other"), 0);
	assert_int_equal(
	    net_hook_register(look_up("other"), NH_PHYSICAL_IN, &hook), ENXIO);
	assert_int_equal(
	    net_hook_unregister(inet, "NO_SUCH_EVENT", &hook), ENXIO);
	assert_int_equal(net_hook_unregister(inet, NULL, &hook), ENXIO);
	assert_int_equal(
	    net_hook_unregister(inet, NH_PHYSICAL_IN, NULL), ENXIO);
	assert_int_equal(
	    net_hook_unregister(inet, NH_PHYSICAL_IN, &hook), ENXIO);
}

static void
a_name_is_taken_on_its_event_only(void **state)
{
	hook_t hook = hook_named("a");

	assert_int_equal(add(&hook), 0);
	assert_int_equal(add(&hook), EEXIST);
	assert_int_equal(net_hook_register(inet, NH_FORWARDING, &hook), 0);
	assert_int_equal(take(&hook), 0);
	assert_int_equal(take(&hook), ENXIO);
	assert_int_equal(add(&hook), 0);
	assert_int_equal(run(), 0);
	assert_diary("a");
}

static void
hints_that_cannot_be_met_are_refused(void **state)
{
	assert_int_equal(add_hinted("a", HH_BEFORE, "ghost"), ESRCH);
	assert_int_equal(add_hinted("a", HH_AFTER, "ghost"), ESRCH);
	assert_int_equal(add_hinted("a", HH_FIRST, NULL), 0);
	assert_int_equal(add_hinted("b", HH_FIRST, NULL), EBUSY);
	assert_int_equal(add_hinted("b", HH_BEFORE, "a"), EBUSY);
	assert_int_equal(add_hinted("z", HH_LAST, NULL), 0);
	assert_int_equal(add_hinted("y", HH_LAST, NULL), EBUSY);
	assert_int_equal(add_hinted("y", HH_AFTER, "z"), EBUSY);
	assert_int_equal(run(), 0);
	assert_diary("a z");
}

static void
a_circle_is_refused_when_it_would_close(void **state)
{
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_BEFORE, "a"), 0);
	assert_int_equal(take_named("a"), 0);
	/* b still wants to be before a. */
	assert_int_equal(add_hinted("a", HH_BEFORE, "b"), EBUSY);
	assert_int_equal(run(), 0);
	assert_diary("b");
	assert_int_equal(add_hinted("a", HH_AFTER, "b"), 0);
	assert_int_equal(run(), 0);
	assert_diary("b a");
}

static void
nothing_is_registered_in_or_past_shutdown(void **state)
{
	hook_t hook = hook_named("a"), other = hook_named("b");

	assert_int_equal(add(&hook), 0);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(add(&other), ESHUTDOWN);
	assert_int_equal(
	    net_protocol_notify_register(inet, note, NULL), ESHUTDOWN);
	assert_int_equal(
	    net_event_notify_register(inet, NH_PHYSICAL_IN, note, NULL),
	    ESHUTDOWN);
	/* By a handle that is held, it can be taken away. */
	assert_int_equal(take(&hook), 0);
	assert_int_equal(take(&hook), ENXIO);
	assert_int_equal(destroy(1), 0);
	assert_int_equal(add(&other), ENXIO);
	assert_int_equal(take(&hook), ENXIO);
}

/* --- running -------------------------------------------------------------- */

static void
hooks_run_in_the_order_of_their_coming(void **state)
{
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("c", HH_BEFORE, "a"), 0);
	assert_int_equal(add_hinted("d", HH_FIRST, NULL), 0);
	assert_int_equal(add_hinted("e", HH_AFTER, "a"), 0);
	assert_int_equal(run(), 0);
	assert_diary("d c a b e");
	assert_int_equal(take_named("c"), 0);
	assert_int_equal(run(), 0);
	assert_diary("d a b e");
}

static void
the_first_result_that_is_not_zero_ends_the_walk(void **state)
{
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	result_of_a = 42;
	assert_int_equal(run(), 42);
	assert_diary("a");
}

static void
the_structure_may_be_used_again_at_once(void **state)
{
	char name[] = "a";
	hook_t hook = hook_named(name);

	assert_int_equal(add(&hook), 0);
	name[0] = 'b';
	hook.h_func = NULL;
	assert_int_equal(run(), 0);
	assert_diary("a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOOK_TEST(hook_alloc_gives_a_zeroed_hook_of_that_version),
	    HOOK_TEST(what_is_no_hook_is_invalid),
	    HOOK_TEST(a_hook_needs_a_family_and_an_event),
	    HOOK_TEST(a_name_is_taken_on_its_event_only),
	    HOOK_TEST(hints_that_cannot_be_met_are_refused),
	    HOOK_TEST(a_circle_is_refused_when_it_would_close),
	    HOOK_TEST(nothing_is_registered_in_or_past_shutdown),
	    HOOK_TEST(hooks_run_in_the_order_of_their_coming),
	    HOOK_TEST(the_first_result_that_is_not_zero_ends_the_walk),
	    HOOK_TEST(the_structure_may_be_used_again_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
