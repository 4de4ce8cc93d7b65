/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_text.c: which bytes from outside may be shown as they are, and
 * what becomes of the others.
 */
#include "plugin/text.h"

#include "test.h"

#define MAX 32

static void
plain_text_is_utf8_without_control_characters(void **state)
{
	static const struct {
		const char *text;
		bool plain;
	} rows[] = {
	    {"", false},
	    {"a", true},
	    {"/usr/lib/netinst/trace.so", true},
	    {"two words", true},
	    {"tab\there", false},
	    {"line\nfeed", false},
	    {"\x7f", false},
	    {"gr\xc3\xbc\xc3\x9f", true},
	    {"\xe2\x82\xac", true},	 /* U+20AC */
	    {"\xf0\x9f\x8c\x8d", true},	 /* U+1F30D */
	    {"\xc2\x80", false},	 /* U+0080, a control character */
	    {"\xc2\xa0", true},		 /* U+00A0 */
	    {"\x80", false},		 /* continues nothing */
	    {"\xc3", false},		 /* ends too early */
	    {"\xe2\x82", false},	 /* likewise */
	    {"\xc3(", false},		 /* not continued */
	    {"\xc0\xaf", false},	 /* '/', overlong */
	    {"\xe0\x80\xaf", false},	 /* likewise */
	    {"\xed\xa0\x80", false},	 /* half a surrogate pair */
	    {"\xf4\x8f\xbf\xbf", true},	 /* U+10FFFF, the last one */
	    {"\xf4\x90\x80\x80", false}, /* one more */
	    {"\xff", false},
	};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++)
		if (text_is_plain(rows[i].text, MAX) != rows[i].plain)
			fail_msg("row %zu: %s", i, rows[i].text);
}

static void
plain_text_has_at_most_max_bytes(void **state)
{
	assert_true(text_is_plain("abc", 3));
	assert_false(text_is_plain("abcd", 3));
	assert_false(text_is_plain("ab\xc3\xbc", 3));
}

static void
cleaning_leaves_plain_text_and_replaces_the_rest(void **state)
{
	char text[] = "a\n\xc3\xbc\xff\xe2\x82z";

	text_clean(text);
	assert_string_equal(text, "a?\xc3\xbc???z");
	assert_true(text_is_plain(text, sizeof(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_is_utf8_without_control_characters),
	    cmocka_unit_test(plain_text_has_at_most_max_bytes),
	    cmocka_unit_test(cleaning_leaves_plain_text_and_replaces_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
