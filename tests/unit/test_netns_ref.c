/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_ref.c: the reference of an instance: who is led in and when no
 * more, what is held and told of it; and what instances are called after files.
 */
#include "source/netns/life/netns_alias.h"
#include "source/netns/netns_ref.h"
#include "netns_world.h"
#include "test.h"

/* To a namespace that nothing else holds; fd: kept by it, or not. */
static struct netns_ref *
make(bool hold)
{
	int fd = netns_world_make();
	struct netns_identity identity;
	struct netns_handle handle;
	struct netns_ref *ref;

	assert_int_equal(netns_identify(fd, &identity), 0);
	assert_int_equal(netns_handle_save(fd, &handle), 0);
	ref = netns_ref_create(&identity, &handle, 7, hold ? fd : -1);
	if (!hold)
		(void)close(fd);
	return ref;
}

/* Whether the calling thread is in the namespace now. */
static bool
is_in(const struct netns_ref *ref)
{
	struct netns_identity identity;
	int fd = netns_open_thread(getpid(), gettid());

	assert_int_equal(netns_identify(fd, &identity), 0);
	(void)close(fd);
	return netns_is_same(&identity, &ref->identity);
}

static void
test_who_enters_is_there_and_comes_home(void **state)
{
	struct netns_ref *ref = make(true);

	assert_int_equal(ref->context.ops->enter(&ref->context), 0);
	assert_true(is_in(ref));
	assert_int_equal(ref->context.ops->leave(), 0);
	assert_false(is_in(ref));
	netns_ref_drop(ref);
}

static void
test_nobody_is_led_in_after_the_release(void **state)
{
	struct netns_ref *ref = make(true);
	int fd = netns_ref_open(ref);

	assert_true(fd >= 0);
	assert_true(netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0));
	assert_false(netns_ref_set_hold(ref, NETNS_HOLD_NONE, 0));
	assert_int_equal(ref->context.ops->enter(&ref->context), -ESTALE);
	assert_int_equal(ref->context.ops->open(&ref->context), -ESTALE);
	/* Who asks what keeps it alive still gets there. */
	(void)close(netns_ref_open(ref));
	(void)close(fd);
	netns_ref_drop(ref);
}

static void
test_what_is_held_is_told_and_why(void **state)
{
	struct netns_ref *ref = make(true);
	struct netns_ref_view view;

	assert_int_equal(netns_pins_count(), 1);
	(void)netns_ref_set_hold(ref, NETNS_HOLD_PROCESS, 17);
	netns_ref_read(ref, &view);
	assert_true(view.held && view.holder_kind == NETNS_HOLD_PROCESS);
	assert_int_equal(view.holder, 17);
	(void)netns_ref_set_hold(ref, NETNS_HOLD_ENDING, 0);
	netns_ref_read(ref, &view);
	assert_true(view.held && view.holder_kind == NETNS_HOLD_ENDING);
	netns_ref_drop(ref);
	assert_int_equal(netns_pins_count(), 0);
}

static void
test_without_a_hold_a_namespace_that_ended_is_stale(void **state)
{
	struct netns_ref *ref = make(false);
	int error = 0;

	assert_int_equal(netns_pins_count(), 0);
	/* It goes a little later than its last descriptor. */
	while (error == 0) {
		error = ref->context.ops->enter(&ref->context);
		if (error == 0)
			(void)ref->context.ops->leave();
	}
	assert_int_equal(error, -ESTALE);
	netns_ref_drop(ref);
}

static void
assert_title(const char *name, const char *expected)
{
	char title[NETNS_NAME_SIZE];

	netns_escape_name(name, title);
	assert_string_equal(title, expected);
}

static void
test_titles_have_no_byte_that_does_anything(void **state)
{
	assert_title("blue", "blue");
	assert_title("\033[2J\n\x7f", "\\x1b[2J\\x0a\\x7f");
	assert_title("gr\xc3\xbcn \xe2\x82\xac", "gr\xc3\xbcn \xe2\x82\xac");
	assert_title("\xff\xc3", "\\xff\\xc3");
	assert_title("\xc0\xaf \xed\xa0\x80", "\\xc0\\xaf \\xed\\xa0\\x80");
	assert_title("\xc2\x9b", "\\xc2\\x9b"); /* a control character, too */
	assert_title("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
}

static void
test_a_title_is_cut_before_what_does_not_fit(void **state)
{
	char name[256], title[NETNS_NAME_SIZE];

	memset(name, '\n', 255);
	name[255] = '\0';
	netns_escape_name(name, title);
	assert_int_equal(strlen(title), 252);
	memset(name, 'a', 254);
	(void)memcpy(name + 253, "\xc3\xbc", 3);
	netns_escape_name(name, title);
	assert_int_equal(strlen(title), 255);
	(void)memcpy(name + 254, "\n", 2);
	name[253] = 'a';
	netns_escape_name(name, title);
	assert_int_equal(strlen(title), 254);
}

#define PLACE_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    test_##test, netns_world_setup, netns_world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACE_TEST(who_enters_is_there_and_comes_home),
	    PLACE_TEST(nobody_is_led_in_after_the_release),
	    PLACE_TEST(what_is_held_is_told_and_why),
	    PLACE_TEST(without_a_hold_a_namespace_that_ended_is_stale),
	    PLACE_TEST(titles_have_no_byte_that_does_anything),
	    PLACE_TEST(a_title_is_cut_before_what_does_not_fit),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
