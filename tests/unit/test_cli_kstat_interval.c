/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kstat_interval.c: when the reports of netinstctl kstat are due, how
 * many there are, and which operands are numbers. Nothing here waits.
 */
#include "kstat/kstat_interval.h"

#include <netinst/rpc.h>

#include "command_name.h"
#include "commands.h"
#include "test.h"

static void
reports_keep_to_the_times_of_the_first(void **state)
{
	static const struct {
		int64_t first, period, now, next;
	} rows[] = {
	    {1000, 10, 1000, 1010},
	    {1000, 10, 1001, 1010}, /* a report takes time: no drift */
	    {1000, 10, 1009, 1010},
	    {1000, 10, 1010, 1020},
	    {1000, 10, 1012, 1020},
	    {1000, 10, 1035, 1040}, /* two missed: not made up for */
	    {INT64_MAX / 2, 1000000000, INT64_MAX / 2 + 1,
		INT64_MAX / 2 + 1000000000},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++)
		assert_int_equal(kstat_interval_next(rows[i].first,
				     rows[i].period, rows[i].now),
		    rows[i].next);
}

/* Takes the numbers out of words, which end with NULL. */
static int
take(struct kstat_interval *interval, struct invocation *invocation,
    const char *const *words, char **operands)
{
	*invocation = (struct invocation){
	    .command = command_find(&commands, "kstat", NULL)};
	invocation->operands = operands;
	for (; words[invocation->count] != NULL; invocation->count++)
		operands[invocation->count] =
		    (char *)(uintptr_t)words[invocation->count];
	return kstat_interval_take(interval, invocation);
}

#define WORDS 6

static void
interval_and_count_stand_anywhere_among_the_operands(void **state)
{
	static const struct {
		const char *words[WORDS];
		int64_t seconds, left;
		const char *kept[WORDS];
	} rows[] = {
	    {{NULL}, 0, 1, {NULL}},
	    {{"tcp", "ip:0"}, 0, 1, {"tcp", "ip:0"}},
	    {{"5"}, 5, INT64_MAX, {NULL}},
	    {{"5", "3"}, 5, 3, {NULL}},
	    {{"1", "tcp", "2"}, 1, 2, {"tcp"}},
	    {{"a", "7", "b", "8", "c"}, 7, 8, {"a", "b", "c"}},
	    {{"2147483647", "01"}, 2147483647, 1, {NULL}},
	    {{"5:", ":5", "1.5", "+5", "5s", ""}, 0, 1,
		{"5:", ":5", "1.5", "+5", "5s", ""}},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		const char *words[WORDS + 1] = {NULL};
		char *operands[WORDS] = {NULL};
		struct kstat_interval interval;
		struct invocation invocation;

		memcpy(words, rows[i].words, sizeof(rows[i].words));
		assert_int_equal(
		    take(&interval, &invocation, words, operands), EXIT_OK);
		assert_int_equal(interval.seconds, rows[i].seconds);
		assert_int_equal(interval.left, rows[i].left);
		for (size_t j = 0; j < invocation.count; j++)
			assert_string_equal(operands[j], rows[i].kept[j]);
		assert_true(invocation.count == WORDS ||
			    rows[i].kept[invocation.count] == NULL);
	}
}

static void
numbers_that_are_none_and_a_third_are_refused(void **state)
{
	static const char *const rows[][WORDS] = {
	    {"0"},
	    {"00"},
	    {"1", "0"},
	    {"2147483648"},
	    {"99999999999999999999"},
	    {"1", "2", "3"},
	    {"1", "a", "2", "b", "3"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *operands[WORDS] = {NULL};
		struct kstat_interval interval;
		struct invocation invocation;

		assert_int_equal(
		    take(&interval, &invocation, rows[i], operands),
		    EXIT_USAGE);
	}
}

static void
the_count_ends_the_reports(void **state)
{
	struct kstat_interval interval = {.seconds = 0, .left = 1};

	kstat_interval_start(&interval);
	assert_false(kstat_interval_wait(&interval));
}

static void
stamps(char form, time_t now, const char *text)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(stream);
	kstat_interval_stamp(stream, form, now);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, text);
	free(out);
}

static void
a_stamp_is_a_number_or_the_line_of_date(void **state)
{
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	stamps('u', 1234567890, "1234567890\n");
	stamps('d', 1234567890, "Fri Feb 13 23:31:30 UTC 2009\n");
	stamps('d', 1233446400, "Sun Feb  1 00:00:00 UTC 2009\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reports_keep_to_the_times_of_the_first),
	    cmocka_unit_test(
		interval_and_count_stand_anywhere_among_the_operands),
	    cmocka_unit_test(numbers_that_are_none_and_a_third_are_refused),
	    cmocka_unit_test(the_count_ends_the_reports),
	    cmocka_unit_test(a_stamp_is_a_number_or_the_line_of_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
