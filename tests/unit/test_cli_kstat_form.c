/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kstat_form.c: the operands of netinstctl kstat, its two layouts to
 * the letter, its order, and numbers of every size.
 */
#include "kstat_form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void
an_operand_has_up_to_four_parts_and_the_rest_are_stars(void **state)
{
	static const struct {
		const char *text, *parts[4];
	} rows[] = {
	    {"", {"*", "*", "*", "*"}},
	    {"trace", {"trace", "*", "*", "*"}},
	    {"trace:", {"trace", "*", "*", "*"}},
	    {"trace:0", {"trace", "0", "*", "*"}},
	    {"::callbacks", {"*", "*", "callbacks", "*"}},
	    {":::create", {"*", "*", "*", "create"}},
	    {"t*:[01]:c?:n", {"t*", "[01]", "c?", "n"}},
	    {":::", {"*", "*", "*", "*"}},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct kstat_operand operand;

		assert_true(kstat_operand_parse(&operand, rows[i].text));
		assert_string_equal(operand.module, rows[i].parts[0]);
		assert_string_equal(operand.instance, rows[i].parts[1]);
		assert_string_equal(operand.name, rows[i].parts[2]);
		assert_string_equal(operand.statistic, rows[i].parts[3]);
		kstat_operand_free(&operand);
	}
}

static void
an_operand_with_a_fifth_part_is_refused(void **state)
{
	struct kstat_operand operand;

	(void)state;
	assert_false(kstat_operand_parse(&operand, "a:b:c:d:e"));
	assert_false(kstat_operand_parse(&operand, "::::"));
}

static void
times_are_seconds_with_nine_decimals_and_0_for_none(void **state)
{
	static const struct {
		int64_t nanoseconds;
		const char *text;
	} rows[] = {
	    {0, "0"},
	    {1, "0.000000001"},
	    {1234567890, "1.234567890"},
	    {INT64_MAX, "9223372036.854775807"},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char *text = kstat_time(rows[i].nanoseconds);

		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

static void
values_are_printed_whole(void **state)
{
	static const struct {
		const char *statistic, *text;
	} rows[] = {
	    {"{\"value\":0}", "0"},
	    {"{\"value\":-9007199254740991}", "-9007199254740991"},
	    {"{\"value\":\"18446744073709551615\"}", "18446744073709551615"},
	    {"{\"value\":\"-9223372036854775808\"}", "-9223372036854775808"},
	    {"{\"value\":0.1}", "0.1"},
	    {"{\"value\":1.0}", "1"},
	    {"{\"value\":3.0000001192092896}", "3.0000001192092896"},
	    {"{\"value\":1e300}", "1e+300"},
	    {"{\"value\":null}", "nan"},
	    {"{\"value\":\"eth0\"}", "eth0"},
	    {"{\"value\":\"\"}", ""},
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		json_t *statistic = json_loads(rows[i].statistic, 0, NULL);
		char *text = kstat_value(statistic);

		assert_string_equal(text, rows[i].text);
		free(text);
		json_decref(statistic);
	}
}

static const char callbacks[] =
    "{\"ip_instance\":\"blue\",\"ip_instance_id\":1,\"module\":\"trace\","
    "\"instance\":0,\"name\":\"callbacks\",\"class\":\"net\","
    "\"type\":\"named\",\"crtime\":1500000000,\"snaptime\":2000000001,"
    "\"statistics\":["
    "{\"name\":\"notifies\",\"type\":\"uint64\",\"value\":3},"
    "{\"name\":\"Create\",\"type\":\"uint64\",\"value\":1},"
    "{\"name\":\"\",\"type\":\"uint64\",\"value\":9},"
    "{\"name\":\"e\\u001b\",\"type\":\"string\",\"value\":\"a\\nb\"}]}";

/* Prints callbacks as the form says; the caller frees the text. */
static char *
printed(const struct kstat_form *form, size_t expected)
{
	json_t *kstat = json_loads(callbacks, 0, NULL);
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(kstat);
	assert_non_null(stream);
	assert_int_equal(kstat_print(stream, form, kstat), expected);
	assert_int_equal(fclose(stream), 0);
	json_decref(kstat);
	return out;
}

static void
the_human_form_has_the_layout_of_kstat(void **state)
{
	struct kstat_form form = {.statistic = "*"};
	char *out = printed(&form, 5);

	(void)state;
	assert_string_equal(out,
	    "module: trace                           instance: 0     \n"
	    "name:   callbacks                       class:    net\n"
	    "\tCreate                          1\n"
	    "\tcrtime                          1.500000000\n"
	    "\te\\x1b                           a\\x0ab\n"
	    "\tnotifies                        3\n"
	    "\tsnaptime                        2.000000001\n"
	    "\n");
	free(out);
}

static void
the_human_form_says_the_instance_when_it_should(void **state)
{
	struct kstat_form form = {.statistic = "Create", .says_instance = true};
	char *out = printed(&form, 1);

	(void)state;
	assert_string_equal(out,
	    "ip instance: blue                       id:       1\n"
	    "module: trace                           instance: 0     \n"
	    "name:   callbacks                       class:    net\n"
	    "\tCreate                          1\n"
	    "\n");
	free(out);
}

static void
the_parseable_form_has_a_line_for_each_statistic(void **state)
{
	struct kstat_form form = {.statistic = "*", .parseable = true};
	char *out = printed(&form, 6);

	(void)state;
	assert_string_equal(out, "trace:0:callbacks:class\tnet\n"
				 "trace:0:callbacks:Create\t1\n"
				 "trace:0:callbacks:crtime\t1.500000000\n"
				 "trace:0:callbacks:e\\x1b\ta\\x0ab\n"
				 "trace:0:callbacks:notifies\t3\n"
				 "trace:0:callbacks:snaptime\t2.000000001\n");
	free(out);
}

static void
the_parseable_form_says_the_instance_when_it_should(void **state)
{
	struct kstat_form form = {
	    .statistic = "n*", .parseable = true, .says_instance = true};
	char *out = printed(&form, 1);

	(void)state;
	assert_string_equal(out, "blue/trace:0:callbacks:notifies\t3\n");
	free(out);
}

static void
a_kstat_without_a_matching_statistic_prints_nothing(void **state)
{
	struct kstat_form form = {.statistic = "class"};
	char *out = printed(&form, 0);

	(void)state;
	assert_string_equal(out, "");
	free(out);
}

static void
kstats_are_ordered_by_module_number_and_name(void **state)
{
	static const char *const sorted[] = {
	    "{\"module\":\"Arp\",\"instance\":9,\"name\":\"z\"}",
	    "{\"module\":\"ip\",\"instance\":2,\"name\":\"A\"}",
	    "{\"module\":\"IP\",\"instance\":2,\"name\":\"b\"}",
	    "{\"module\":\"ip\",\"instance\":10,\"name\":\"a\"}",
	    "{\"module\":\"tcp\",\"instance\":-1,\"name\":\"a\"}",
	};

	(void)state;
	for (size_t i = 0; i + 1 < LENGTH(sorted); i++) {
		json_t *first = json_loads(sorted[i], 0, NULL);
		json_t *second = json_loads(sorted[i + 1], 0, NULL);

		assert_true(kstat_compare(first, second) < 0);
		assert_true(kstat_compare(second, first) > 0);
		assert_int_equal(kstat_compare(first, first), 0);
		json_decref(first);
		json_decref(second);
	}
}

static void
pseudo_statistics_are_told_from_those_of_plugins(void **state)
{
	(void)state;
	assert_true(kstat_is_pseudo("*", false));
	assert_true(kstat_is_pseudo("crtime", false));
	assert_true(kstat_is_pseudo("s*", false));
	assert_false(kstat_is_pseudo("class", false));
	assert_true(kstat_is_pseudo("class", true));
	assert_false(kstat_is_pseudo("create", true));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_operand_has_up_to_four_parts_and_the_rest_are_stars),
	    cmocka_unit_test(an_operand_with_a_fifth_part_is_refused),
	    cmocka_unit_test(
		times_are_seconds_with_nine_decimals_and_0_for_none),
	    cmocka_unit_test(values_are_printed_whole),
	    cmocka_unit_test(the_human_form_has_the_layout_of_kstat),
	    cmocka_unit_test(the_human_form_says_the_instance_when_it_should),
	    cmocka_unit_test(the_parseable_form_has_a_line_for_each_statistic),
	    cmocka_unit_test(
		the_parseable_form_says_the_instance_when_it_should),
	    cmocka_unit_test(
		a_kstat_without_a_matching_statistic_prints_nothing),
	    cmocka_unit_test(kstats_are_ordered_by_module_number_and_name),
	    cmocka_unit_test(pseudo_statistics_are_told_from_those_of_plugins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
