/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_text.c: what netinstctl does to words before people see them, and
 * which name it takes a mistyped one for.
 */
#include "text.h"

#include "test.h"

static void
harmless_text_stays_as_it_is(void **state)
{
	static const char *const texts[] = {
	    "",
	    "blue",
	    "two words",
	    "back\\slash",
	    "gr\xc3\xbc\xc3\x9f",
	    "\xe2\x82\xac",
	    "\xf0\x9f\x8c\x8d",
	    "\xf4\x8f\xbf\xbf",
	};

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		char *escaped = text_escape(texts[i]);

		assert_string_equal(escaped, texts[i]);
		free(escaped);
	}
}

static void
hostile_text_is_escaped_byte_by_byte(void **state)
{
	static const struct {
		const char *text, *escaped;
	} rows[] = {
	    {"\x1b[31mred", "\\x1b[31mred"},
	    {"two\nlines\r", "two\\x0alines\\x0d"},
	    {"tab\t", "tab\\x09"},
	    {"\x7f", "\\x7f"},
	    {"\xc2\x9b", "\\xc2\\x9b"}, /* a CSI of one byte */
	    {"a\xe2\x80\xae"
	     "b",
		"a\\xe2\\x80\\xaeb"},		 /* turns the line */
	    {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"}, /* no width */
	    {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"}, /* byte order mark */
	    {"\xff", "\\xff"},
	    {"\xc3", "\\xc3"}, /* ends too early */
	    {"\xc3(", "\\xc3("},
	    {"\xc0\xaf", "\\xc0\\xaf"},		 /* '/', overlong */
	    {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"}, /* likewise */
	    {"\xed\xa0\x80", "\\xed\\xa0\\x80"}, /* half a pair */
	    {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *escaped = text_escape(rows[i].text);

		assert_string_equal(escaped, rows[i].escaped);
		free(escaped);
	}
}

static void
two_texts_never_escape_to_the_same(void **state)
{
	char *literal = text_escape("\\x1b"), *control = text_escape("\x1b");

	assert_string_equal(control, "\\x1b");
	assert_string_equal(literal, "\\x5cx1b");
	free(control);
	free(literal);
}

static void
a_mistyped_name_is_recognised(void **state)
{
	static const char *const names[] = {
	    "create", "destroy", "list", "show", "shutdown"};
	static const struct {
		const char *word, *name;
	} rows[] = {
	    {"create", "create"},
	    {"craete", "create"}, /* swapped */
	    {"creat", "create"},  /* one too few */
	    {"lists", "list"},	  /* one too many */
	    {"shpw", "show"},	  /* another one */
	    {"shut", "shutdown"}, /* the start of it */
	    {"destory", "destroy"},
	    {"dsetory", "destroy"},
	    {"stop", NULL}, /* two of four letters are another word */
	    {"x", NULL},
	    {"", NULL},
	    {"frobnicate", NULL},
	    {"a word longer than any name that there could be", NULL},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const char *nearest =
		    text_nearest(rows[i].word, names, ARRAY_LENGTH(names));

		if (rows[i].name == NULL)
			assert_null(nearest);
		else
			assert_string_equal(nearest, rows[i].name);
	}
}

static void
lists_grow_by_a_separator_and_a_word(void **state)
{
	char *list = text_append(NULL, ", ", "one");

	list = text_append(list, ", ", "two");
	assert_string_equal(list, "one, two");
	free(list);
}

static void
durations_have_the_unit_that_fits(void **state)
{
	static const struct {
		int64_t nanoseconds;
		const char *text;
	} rows[] = {
	    {0, "0ns"},
	    {999, "999ns"},
	    {1000, "1.00us"},
	    {12345, "12.3us"},
	    {123456789, "123ms"},
	    {1500000000, "1.50s"},
	    {6000000000, "6.00s"},
	    {3600000000000, "3600s"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *text = text_nanoseconds(rows[i].nanoseconds);

		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

static void
uptimes_show_their_two_largest_units(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} rows[] = {
	    {-1, "0s"},
	    {59.9, "59s"},
	    {183, "3m 3s"},
	    {7800, "2h 10m"},
	    {273600, "3d 4h"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *text = text_uptime(rows[i].seconds);

		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(harmless_text_stays_as_it_is),
	    cmocka_unit_test(hostile_text_is_escaped_byte_by_byte),
	    cmocka_unit_test(two_texts_never_escape_to_the_same),
	    cmocka_unit_test(a_mistyped_name_is_recognised),
	    cmocka_unit_test(lists_grow_by_a_separator_and_a_word),
	    cmocka_unit_test(durations_have_the_unit_that_fits),
	    cmocka_unit_test(uptimes_show_their_two_largest_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
