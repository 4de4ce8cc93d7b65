/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_notify_nested.c: a callback of one level that calls functions of
 * another: what others are told in between must leave alone what it is still
 * busy with.
 */
#include "hook_fixture.h"

static hook_t hook;
static bool hangs;

/* Told of protocols. */
static int
of_protocols(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	diary_write("%c%s", command == HN_REGISTER ? '+' : '-', protocol);
	return 0;
}

/* Told of events: takes the hook away that it hung on one. */
static int
of_events(hook_notify_cmd_t command, void *arg, const char *protocol,
    const char *event, const char *again)
{
	if (command == HN_REGISTER)
		return 0;
	diary_write("-%s{", again);
	if (hangs)
		ASSERT(net_hook_unregister(inet, NH_PHYSICAL_IN, &hook) == 0);
	hangs = false;
	diary_write("}");
	return 0;
}

static void
nobody_is_told_of_a_whole_while_busy_with_a_part(void **state)
{
	const char *told;

	hook = hook_named("h");
	hangs = add(&hook) == 0;
	assert_true(hangs);
	assert_int_equal(
	    net_instance_notify_register(1, of_protocols, NULL), 0);
	assert_int_equal(
	    net_protocol_notify_register(inet, of_events, NULL), 0);
	assert_diary("+inet");
	assert_int_equal(shut_down(1), 0);
	assert_false(hangs);
	told = diary_take();
	assert_non_null(strstr(told, "-PHYSICAL_IN{ }"));
	/* Behind all of its events. */
	assert_string_equal(strstr(told, "-inet"), "-inet");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    HOOK_TEST(nobody_is_told_of_a_whole_while_busy_with_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
