/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_illumos_bugs.c: what is known to go wrong in the implementation of
 * illumos, one test each, in the order of the list of its bugs and quirks:
 * each would fail, crash or hang there.
 */
#include "hook_fixture.h"

/* --- 1 to 10: protocols, families, events, hooks, being told -------------- */

/* There: live protocols are left out, an unknown instance is followed. */
static void
bug_1_a_walk_gives_the_live_protocols(void **state)
{
	net_handle_t handle = NULL;
	unsigned steps = 0;

	assert_int_equal(add_protocol(1, NHF_INET6), 0);
	assert_int_equal(add_protocol(1, NHF_ARP), 0);
	while ((handle = net_protocol_walk(1, handle)) != NULL)
		/* The one it stands on goes: the walk goes on. */
		if (steps++ == 0)
			assert_int_equal(remove_protocol(1, NHF_INET), 0);
	assert_int_equal(steps, 3);
	assert_null(net_protocol_walk(77, NULL));
}

/* There: 0, without adding anything. */
static void
bug_2_no_hook_is_accepted_that_is_not_added(void **state)
{
	hook_t hook = hook_named("a");

	assert_int_equal(shut_down(1), 0);
	assert_int_equal(add(&hook), ESHUTDOWN);
	assert_int_equal(take(&hook), ENXIO);
}

/* There: NULL is followed, or a flag that was never set. */
static void
bug_3_a_second_family_or_event_is_refused(void **state)
{
	static hook_event_t event, again;
	net_handle_t mine = provide("mine"), other = provide("other");

	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_int_equal(provide_family(mine, "mine"), EEXIST);
	assert_int_equal(provide_family(other, "mine"), EEXIST);
	assert_non_null(provide_event(mine, &event, "E"));
	assert_null(net_event_register(mine, &event));
	assert_null(provide_event(mine, &again, "E"));
}

/* There: two of one name, the second out of reach. */
static void
bug_4_events_are_told_apart_by_name(void **state)
{
	static hook_event_t event, same;
	net_handle_t mine = provide("mine");

	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_non_null(provide_event(mine, &event, "E"));
	assert_null(provide_event(mine, &same, "E"));
	assert_int_equal(net_event_unregister(mine, &same), 0);
	assert_non_null(provide_event(mine, &same, "E"));
}

/* There: "a LAST b", "X q p"; a NULL is called, or followed. */
static void
bug_5_every_hint_is_met_whoever_comes_when(void **state)
{
	hook_t hook = hook_named("d");

	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("l", HH_LAST, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("a b l");
	assert_int_equal(add_hinted("x", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("p", HH_BEFORE, "x"), 0);
	assert_int_equal(add_hinted("q", HH_AFTER, "x"), 0);
	assert_int_equal(add_hinted("r", HH_BEFORE, "x"), 0);
	assert_int_equal(take_named("x"), 0);
	assert_int_equal(add_hinted("x", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("a b p r x q l");
	assert_int_equal(add_hinted("f", HH_FIRST, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("f a b p r x q l");
	hook.h_func = NULL;
	assert_int_equal(add(&hook), EINVAL);
	assert_int_equal(add_hinted("d", HH_BEFORE, NULL), EINVAL);
}

/* There: positions keep the number of those that left. */
static void
bug_6_positions_follow_every_change(void **state)
{
	const char *const module = "inet/" NH_PHYSICAL_IN;

	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("b", HH_NONE, NULL), 0);
	assert_int_equal(add_hinted("c", HH_BEFORE, "b"), 0);
	assert_int_equal(statistic_of(1, module, "b", "position"), 3);
	assert_int_equal(take_named("a"), 0);
	assert_int_equal(statistic_of(1, module, "c", "position"), 1);
	assert_int_equal(statistic_of(1, module, "b", "position"), 2);
	/* Exact counts with many threads: test_core_hook_run.c. */
	assert_int_equal(run(), 0);
	assert_int_equal(statistic_of(1, module, "b", "hook_hits"), 1);
}

/* There: what was announced gone is announced gone again, or even come. */
static void
bug_7_what_is_announced_gone_is_not_told_again(void **state)
{
	static hook_event_t going, staying;
	net_handle_t mine = provide("mine");
	hook_family_t family;

	HOOK_FAMILY_INIT(&family, "mine");
	assert_int_equal(provide_family(mine, "mine"), 0);
	assert_non_null(provide_event(mine, &going, "G"));
	assert_non_null(provide_event(mine, &staying, "S"));
	assert_int_equal(net_event_shutdown(mine, &going), 0);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), 0);
	assert_diary("[mine S +S]");
	assert_int_equal(net_instance_notify_register(1, note, NULL), 0);
	assert_diary("[1 - +inet] [1 - +mine]");
	assert_int_equal(net_family_shutdown(mine, &family), 0);
	assert_diary("[mine S -S] [1 - -mine]");
	assert_int_equal(net_protocol_notify_unregister(mine, note), 0);
	assert_int_equal(net_instance_notify_unregister(1, note), 0);
	assert_diary("[1 - -inet]");
}

/* There: NULL is followed. */
static void
bug_8_a_handle_without_a_family_is_told_so(void **state)
{
	net_handle_t mine = provide("mine");
	hook_family_t family;
	hook_t hook = hook_named("a");

	HOOK_FAMILY_INIT(&family, "mine");
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), ENXIO);
	assert_int_equal(net_protocol_notify_unregister(mine, note), ENXIO);
	assert_int_equal(
	    net_event_notify_register(mine, "E", note, NULL), ENXIO);
	assert_int_equal(net_event_notify_unregister(mine, "E", note), ENXIO);
	assert_int_equal(net_hook_register(mine, "E", &hook), ENXIO);
	assert_int_equal(net_hook_unregister(mine, "E", &hook), ENXIO);
	assert_int_equal(net_family_register(mine, &family), 0);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), 0);
	assert_int_equal(net_family_unregister(mine, &family), 0);
	assert_int_equal(net_protocol_notify_unregister(mine, note), ENXIO);
	assert_int_equal(net_protocol_notify_register(mine, note, NULL), ENXIO);
}

/* There: its hooks can never be taken away, and stay for ever. */
static void
bug_9_a_family_that_goes_takes_its_hooks_along(void **state)
{
	static hook_event_t event;
	net_handle_t mine = provide("mine");
	hook_event_token_t token;
	hook_family_t family;
	hook_t hook = hook_named("a");

	HOOK_FAMILY_INIT(&family, "mine");
	assert_int_equal(net_family_register(mine, &family), 0);
	token = provide_event(mine, &event, "E");
	assert_int_equal(net_hook_register(mine, "E", &hook), 0);
	assert_int_equal(net_family_unregister(mine, &family), 0);
	assert_int_equal(hook_run(NULL, token, 0), 0);
	assert_diary("");
	assert_int_equal(event.he_interested, B_FALSE);
	assert_int_equal(statistic_of(1, "mine/E", "a", "position"), -1);
	/* And nothing keeps the name, or the instance. */
	assert_int_equal(net_family_register(mine, &family), 0);
	assert_non_null(provide_event(mine, &event, "E"));
	assert_int_equal(destroy(1), 0);
}

static int
register_another(hook_notify_cmd_t command, void *arg, const char *name1,
    const char *name2, const char *name3)
{
	if (command != HN_REGISTER)
		return 0;
	diary_write("%d", net_instance_notify_register(1, note, NULL));
	diary_write("%d", net_instance_notify_unregister(1, register_another));
	return 0;
}

static void
change_the_event(hook_event_token_t token)
{
	diary_write("%d", add_hinted("b", HH_NONE, NULL));
	diary_write("%d", take_named("a"));
}

/* There: each of these waits for itself. */
static void
bug_10_nothing_waits_for_itself(void **state)
{
	assert_int_equal(
	    net_instance_notify_register(1, register_another, NULL), 0);
	assert_diary("[1 - +inet] 0 0");
	on_a = change_the_event;
	assert_int_equal(add_hinted("a", HH_NONE, NULL), 0);
	assert_int_equal(run(), 0);
	assert_diary("a 0 0");
	assert_int_equal(run(), 0);
	assert_diary("b");
}

/* --- the others ----------------------------------------------------------- */

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOOK_TEST(bug_1_a_walk_gives_the_live_protocols),
	    HOOK_TEST(bug_2_no_hook_is_accepted_that_is_not_added),
	    HOOK_TEST(bug_3_a_second_family_or_event_is_refused),
	    HOOK_TEST(bug_4_events_are_told_apart_by_name),
	    HOOK_TEST(bug_5_every_hint_is_met_whoever_comes_when),
	    HOOK_TEST(bug_6_positions_follow_every_change),
	    HOOK_TEST(bug_7_what_is_announced_gone_is_not_told_again),
	    HOOK_TEST(bug_8_a_handle_without_a_family_is_told_so),
	    HOOK_TEST(bug_9_a_family_that_goes_takes_its_hooks_along),
	    HOOK_TEST(bug_10_nothing_waits_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
