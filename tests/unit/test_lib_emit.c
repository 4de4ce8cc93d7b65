/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lib_emit.c: the JSON writer: commas, escapes, and numbers at the edges
 * of what a reader can hold.
 */
#include "lib/emit.h"

#include <float.h>
#include <jansson.h>
#include <math.h>

#include "lib/clock.h"
#include "test.h"

static struct buffer out;

static int
setup(void **state)
{
	out.length = 0;
	return 0;
}

static int
teardown(void **state)
{
	buffer_free(&out);
	return 0;
}

/* Compares what was written, and forgets it. */
static void
assert_written(const char *expected)
{
	emit_raw_byte(&out, '\0');
	assert_string_equal(out.data, expected);
	out.length = 0;
}

static void
test_puts_commas_where_they_are_due(void **state)
{
	emit_begin_object(&out, NULL);
	emit_text(&out, "a", "{[:,");
	emit_begin_array(&out, "b");
	emit_end_array(&out);
	emit_begin_array(&out, "c");
	emit_integer(&out, NULL, 1);
	emit_begin_object(&out, NULL);
	emit_end_object(&out);
	emit_begin_object(&out, NULL);
	emit_null(&out, "d");
	emit_boolean(&out, "e", true);
	emit_end_object(&out);
	emit_boolean(&out, NULL, false);
	emit_end_array(&out);
	emit_unsigned(&out, "f", 0);
	emit_end_object(&out);
	assert_written("{\"a\":\"{[:,\",\"b\":[],\"c\":[1,{},{\"d\":null,"
		       "\"e\":true},false],\"f\":0}");
}

static void
test_escapes_what_must_not_stand_in_a_string(void **state)
{
	emit_text(&out, NULL, "\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9");
	assert_written(
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\"");
}

static void
test_replaces_what_is_not_utf8(void **state)
{
	emit_text(&out, NULL,
	    "a\xff"
	    "b\xc3");
	assert_written("\"a\\ufffdb\\ufffd\"");
	emit_text(&out, NULL, "\xed\xa0\x80");
	assert_written("\"\\ufffd\\ufffd\\ufffd\"");
	emit_bytes(&out, NULL, "\xe2\x82\xac", 2);
	assert_written("\"\\ufffd\\ufffd\"");
}

static void
test_any_bytes_read_back_as_json(void **state)
{
	char bytes[256 * 2];
	json_t *value;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 / 2);
	for (i = 0; i < sizeof(bytes); i++) {
		out.length = 0;
		emit_bytes(&out, NULL, bytes + i, sizeof(bytes) - i);
		value = json_loadb(out.data, out.length,
		    JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(value);
		json_decref(value);
	}
}

static void
test_quotes_integers_that_a_double_cannot_hold(void **state)
{
	emit_begin_array(&out, NULL);
	emit_integer(&out, NULL, 9007199254740991);
	emit_integer(&out, NULL, 9007199254740992);
	emit_integer(&out, NULL, -9007199254740991);
	emit_integer(&out, NULL, -9007199254740992);
	emit_integer(&out, NULL, INT64_MIN);
	emit_unsigned(&out, NULL, UINT64_MAX);
	emit_end_array(&out);
	assert_written("[9007199254740991,\"9007199254740992\","
		       "-9007199254740991,\"-9007199254740992\","
		       "\"-9223372036854775808\",\"18446744073709551615\"]");
}

static void
test_doubles_are_short_and_exact(void **state)
{
	static const double values[] = {
	    0.1, 1.0 / 3, 1e22, DBL_MAX, DBL_MIN, -2.5, 123456789.125};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(values); i++) {
		out.length = 0;
		emit_double(&out, NULL, values[i]);
		emit_raw_byte(&out, '\0');
		assert_true(strtod(out.data, NULL) == values[i]);
	}
	out.length = 0;
	emit_double(&out, NULL, 0.1);
	assert_written("0.1");
	emit_float(&out, NULL, 0.1f);
	assert_written("0.1");
}

static void
test_what_is_no_number_is_null(void **state)
{
	emit_begin_array(&out, NULL);
	emit_double(&out, NULL, NAN);
	emit_double(&out, NULL, -INFINITY);
	emit_float(&out, NULL, INFINITY);
	emit_end_array(&out);
	assert_written("[null,null,null]");
}

static void
test_times_are_those_of_the_calendar(void **state)
{
	char expected[64];
	struct tm parts;
	int64_t second;
	time_t time;

	/* Every 11 days and some until 2120, leap years and all. */
	for (second = 0; second < 4733510400; second += 987654) {
		time = second;
		(void)gmtime_r(&time, &parts);
		assert_true(
		    strftime(expected, sizeof(expected),
			"\"%Y-%m-%dT%H:%M:%S.000000042Z\"", &parts) > 0);
		emit_time(&out, NULL, second * NS_PER_SEC + 42);
		assert_written(expected);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_puts_commas_where_they_are_due, setup),
	    cmocka_unit_test_setup(
		test_escapes_what_must_not_stand_in_a_string, setup),
	    cmocka_unit_test_setup(test_replaces_what_is_not_utf8, setup),
	    cmocka_unit_test_setup(test_any_bytes_read_back_as_json, setup),
	    cmocka_unit_test_setup(
		test_quotes_integers_that_a_double_cannot_hold, setup),
	    cmocka_unit_test_setup(test_doubles_are_short_and_exact, setup),
	    cmocka_unit_test_setup(test_what_is_no_number_is_null, setup),
	    cmocka_unit_test_setup(test_times_are_those_of_the_calendar, setup),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
