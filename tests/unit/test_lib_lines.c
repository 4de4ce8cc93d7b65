/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lib_lines.c: the framing: whatever pieces the bytes come in, the same
 * lines come out.
 */
#include "lib/lines.h"

#include <netinst/rpc.h>

#include "test.h"

static struct lines lines;

static int
setup(void **state)
{
	lines = (struct lines){.longest = RPC_LINE_MAX};
	return 0;
}

static int
teardown(void **state)
{
	buffer_free(&lines.buffer);
	return 0;
}

static void
receive(const char *bytes)
{
	buffer_append(&lines.buffer, bytes, strlen(bytes));
}

static void
assert_line(const char *expected)
{
	size_t length;
	char *line;

	assert_int_equal(lines_next(&lines, &line, &length), LINES_ONE);
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(line, expected, length);
}

static void
assert_no_line(void)
{
	size_t length;
	char *line;

	assert_int_equal(lines_next(&lines, &line, &length), LINES_NONE);
}

static void
test_takes_lines_apart(void **state)
{
	receive("one\ntwo\r\nthree");
	assert_line("one");
	assert_line("two");
	assert_no_line();
	assert_true(lines_has_rest(&lines));
	receive(" ends\n");
	assert_line("three ends");
	assert_false(lines_has_rest(&lines));
}

static void
test_passes_over_blank_lines(void **state)
{
	receive("\n\r\n \t \n\n a \n\n");
	assert_line(" a ");
	assert_no_line();
	assert_false(lines_has_rest(&lines));
}

static void
test_bytes_may_come_one_at_a_time(void **state)
{
	static const char bytes[] = "first\r\n\nsecond\n";
	char one[2] = "";
	size_t length, i, found = 0;
	char *line;

	for (i = 0; i < sizeof(bytes) - 1; i++) {
		one[0] = bytes[i];
		receive(one);
		if (lines_next(&lines, &line, &length) != LINES_ONE)
			continue;
		assert_memory_equal(
		    line, found == 0 ? "first" : "second", length);
		found++;
		lines_compact(&lines);
	}
	assert_int_equal(found, 2);
}

static void
test_compacting_keeps_the_rest(void **state)
{
	receive("one\ntwo\nthr");
	assert_line("one");
	lines_compact(&lines);
	assert_line("two");
	assert_no_line();
	lines_compact(&lines);
	receive("ee\n");
	assert_line("three");
}

static void
test_the_last_line_needs_no_end(void **state)
{
	size_t length;
	char *line;

	receive("one\nlast");
	assert_line("one");
	assert_no_line();
	assert_int_equal(lines_last(&lines, &line, &length), LINES_ONE);
	assert_int_equal(length, 4);
	assert_memory_equal(line, "last", 4);
	assert_int_equal(lines_last(&lines, &line, &length), LINES_NONE);
	receive(" \t");
	assert_int_equal(lines_last(&lines, &line, &length), LINES_NONE);
	assert_false(lines_has_rest(&lines));
}

/* Receives a line of that many bytes. */
static void
receive_long(size_t size, const char *end)
{
	char *bytes = malloc(size);

	assert_non_null(bytes);
	(void)memset(bytes, 'x', size);
	buffer_append(&lines.buffer, bytes, size);
	receive(end);
	free(bytes);
}

static void
test_a_line_may_be_as_long_as_the_limit(void **state)
{
	size_t length;
	char *line;

	receive_long(RPC_LINE_MAX, "");
	assert_no_line();
	receive("\n");
	assert_int_equal(lines_next(&lines, &line, &length), LINES_ONE);
	assert_int_equal(length, RPC_LINE_MAX);
}

static void
test_a_longer_line_is_told_before_it_ends(void **state)
{
	size_t length;
	char *line;

	receive_long(RPC_LINE_MAX + 1, "");
	assert_int_equal(lines_next(&lines, &line, &length), LINES_LONG);
}

static void
test_a_longer_line_is_told_when_it_came_whole(void **state)
{
	size_t length;
	char *line;

	receive_long(RPC_LINE_MAX + 1, "\n");
	assert_int_equal(lines_next(&lines, &line, &length), LINES_LONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_takes_lines_apart, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_passes_over_blank_lines, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_bytes_may_come_one_at_a_time, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_compacting_keeps_the_rest, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_the_last_line_needs_no_end, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_line_may_be_as_long_as_the_limit, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_longer_line_is_told_before_it_ends, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_longer_line_is_told_when_it_came_whole, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
