/* SPDX-License-Identifier: Apache-2.0 */
/* test_ctl_names.c: which names may come in, and which patterns match them. */
#include "core/core.h"
#include "lib/clock.h"
#include "lib/glob.h"
#include "ctl/method/name.h"
#include "test.h"

/* A second is a thousand times what the worst pattern takes. */
#define GLOB_PATIENCE NS_PER_SEC

static void
test_instance_names_that_are_good(void **state)
{
	static const char *const good[] = {"a", "blue", "Blue 2", "1a", "-",
	    "...", "caf\xc3\xa9", "\xf0\x9f\x98\x80", "a:b", "\"", "\\"};
	char longest[INSTANCE_NAME_MAX + 1];
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(good); i++)
		assert_null(name_check_instance(good[i]));
	(void)memset(longest, 'n', sizeof(longest));
	longest[INSTANCE_NAME_MAX] = '\0';
	assert_null(name_check_instance(longest));
}

static void
test_instance_names_that_are_refused(void **state)
{
	static const struct {
		const char *name, *why;
	} rows[] = {{"", "is empty"}, {"a/b", "holds a '/'"},
	    {"a\nb", "holds a control character"},
	    {"\x7f", "holds a control character"},
	    {"\xc2\x85", "holds a control character"},
	    {"\x1b[31m", "holds a control character"}, {"\xff", "is not UTF-8"},
	    {"\xc0\xaf", "is not UTF-8"}, {".", "is a directory's"},
	    {"..", "is a directory's"}, {"12", "would be taken for an id"}};
	char longer[INSTANCE_NAME_MAX + 2];
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_string_equal(
		    name_check_instance(rows[i].name), rows[i].why);
	(void)memset(longer, 'n', sizeof(longer));
	longer[INSTANCE_NAME_MAX + 1] = '\0';
	assert_string_equal(name_check_instance(longer), "is too long");
}

static void
test_protocol_names(void **state)
{
	assert_null(name_check_protocol("inet6"));
	assert_null(name_check_protocol("a-b_c0"));
	assert_null(name_check_protocol("0123456789012345678901234567890"));
	assert_non_null(name_check_protocol(""));
	assert_non_null(name_check_protocol("NHF_INET"));
	assert_non_null(name_check_protocol("a b"));
	assert_non_null(name_check_protocol("caf\xc3\xa9"));
	assert_non_null(
	    name_check_protocol("01234567890123456789012345678901"));
}

static void
test_ids_are_decimal(void **state)
{
	int32_t id = -1;

	assert_true(name_is_id("0", &id));
	assert_int_equal(id, 0);
	assert_true(name_is_id("2147483647", &id));
	assert_int_equal(id, INT32_MAX);
	assert_false(name_is_id("2147483648", &id));
	assert_false(name_is_id("99999999999999999999", &id));
	assert_false(name_is_id("", &id));
	assert_false(name_is_id("-1", &id));
	assert_false(name_is_id("1a", &id));
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {{"", "", true}, {"", "a", false}, {"*", "", true},
	    {"*", "anything", true}, {"?", "", false}, {"?", "a", true},
	    {"?", "\xc3\xa9", true}, {"??", "\xc3\xa9", false},
	    {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "acb", false},
	    {"*.c", "a.b.c", true}, {"a*b*c", "aXbYbZc", true},
	    {"[a-c]x", "bx", true}, {"[a-c]x", "dx", false},
	    {"[!a-c]x", "dx", true}, {"[^a-c]x", "ax", false},
	    {"[]]", "]", true}, {"[a-]", "-", true}, {"[", "[", true},
	    {"[a", "[a", true}, {"[!", "[!", true}, {"\\*", "*", true},
	    {"\\*", "a", false}, {"\\", "\\", true},
	    {"[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", true}, {"blue", "blue", true},
	    {"blue", "Blue", false}, {"**a**", "bab", true},
	    {"\xff", "\xff", true}};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++)
		if (glob_match(rows[i].pattern, rows[i].text) !=
		    rows[i].matches)
			fail_msg(
			    "'%s' and '%s'", rows[i].pattern, rows[i].text);
}

static void
test_patterns_are_whole_or_not(void **state)
{
	static const char *const whole[] = {
	    "", "*", "[a]", "[]]", "[!]]", "\\[", "a]", "[[]", "\\\\"};
	static const char *const open[] = {
	    "[", "a[", "[!", "[]", "[a]b[c", "[\\", "\\", "a\\\\\\"};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(whole); i++)
		if (!glob_is_whole(whole[i]))
			fail_msg("'%s'", whole[i]);
	for (i = 0; i < ARRAY_LENGTH(open); i++)
		if (glob_is_whole(open[i]))
			fail_msg("'%s'", open[i]);
}

static void
test_no_pattern_takes_long(void **state)
{
	char pattern[GLOB_MAX + 1], text[INSTANCE_NAME_MAX + 1];
	int64_t start = clock_monotonic();
	size_t i;

	for (i = 0; i + 2 < sizeof(pattern); i += 2)
		(void)memcpy(pattern + i, "*a", 2);
	(void)memcpy(pattern + i - 1, "b", 2);
	(void)memset(text, 'a', sizeof(text));
	text[INSTANCE_NAME_MAX] = '\0';
	assert_false(glob_match(pattern, text));
	assert_true(clock_monotonic() - start < GLOB_PATIENCE);
}

static void
test_literal_patterns_are_known(void **state)
{
	assert_true(glob_is_literal("blue-1"));
	assert_false(glob_is_literal("blue*"));
	assert_false(glob_is_literal("blu?"));
	assert_false(glob_is_literal("[b]lue"));
	assert_false(glob_is_literal("\\*"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_instance_names_that_are_good),
	    cmocka_unit_test(test_instance_names_that_are_refused),
	    cmocka_unit_test(test_protocol_names),
	    cmocka_unit_test(test_ids_are_decimal),
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_patterns_are_whole_or_not),
	    cmocka_unit_test(test_no_pattern_takes_long),
	    cmocka_unit_test(test_literal_patterns_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
