/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kstat_form.c: the layouts of netinstctl kstat to the letter, its
 * order, and values of every type and size.
 */
#include "kstat/kstat_form.h"

#include "kstat/kstat_gather.h"
#include "kstat/kstat_value.h"
#include "test.h"

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
	    {-1234567890, "-1.234567890"},
	    {INT64_MAX, "9223372036.854775807"},
	    {INT64_MIN, "-9223372036.854775808"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *text = kstat_value_time(rows[i].nanoseconds);

		assert_string_equal(text, rows[i].text);
		free(text);
	}
}

static void
values_are_printed_whole(void **state)
{
	static const struct {
		const char *type_and_value, *text;
		enum kstat_kind kind;
	} rows[] = {
	    {"\"int32\",\"value\":0", "0", KSTAT_NUMBER},
	    {"\"int64\",\"value\":-9007199254740991", "-9007199254740991",
		KSTAT_NUMBER},
	    {"\"uint64\",\"value\":\"18446744073709551615\"",
		"18446744073709551615", KSTAT_NUMBER},
	    {"\"int64\",\"value\":\"-9223372036854775808\"",
		"-9223372036854775808", KSTAT_NUMBER},
	    {"\"uint64\",\"value\":\"\"", "", KSTAT_TEXT},
	    {"\"int64\",\"value\":\"-\"", "-", KSTAT_TEXT},
	    {"\"int64\",\"value\":\"1e3\"", "1e3", KSTAT_TEXT},
	    {"\"double\",\"value\":0.1", "0.1", KSTAT_NUMBER},
	    {"\"double\",\"value\":1.0", "1", KSTAT_NUMBER},
	    {"\"float\",\"value\":3.0000001192092896", "3.0000001192092896",
		KSTAT_NUMBER},
	    {"\"double\",\"value\":1e300", "1e+300", KSTAT_NUMBER},
	    {"\"double\",\"value\":null", "nan", KSTAT_NOTHING},
	    {"\"string\",\"value\":\"eth0\"", "eth0", KSTAT_TEXT},
	    {"\"string\",\"value\":\"12\"", "12", KSTAT_TEXT},
	    {"\"char\",\"value\":\"\"", "", KSTAT_TEXT},
	};
	struct kstat_pattern pattern = {.text = NULL};

	assert_null(kstat_pattern_parse(&pattern, "v", 1));
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_statistics all;
		char text[256];
		json_t *kstat;

		(void)snprintf(text, sizeof(text),
		    "{\"statistics\":[{\"name\":\"v\",\"type\":%s}]}",
		    rows[i].type_and_value);
		kstat = json_loads(text, 0, NULL);
		kstat_value_collect(&all, kstat, &pattern, false);
		assert_int_equal(all.count, 1);
		assert_string_equal(all.list[0].value, rows[i].text);
		assert_int_equal(all.list[0].kind, rows[i].kind);
		kstat_value_free(&all);
		json_decref(kstat);
	}
	kstat_pattern_free(&pattern);
}

static void
types_have_the_numbers_of_kstat(void **state)
{
	static const char *const types[] = {
	    "raw", "named", "interrupt", "io", "timer"};

	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		json_t *kstat = json_pack("{s:s}", "type", types[i]);

		assert_int_equal(kstat_value_type(kstat), i);
		json_decref(kstat);
	}
	assert_int_equal(kstat_value_type(NULL), -1);
}

static const char callbacks[] =
    "{\"ip_instance\":\"blue\",\"ip_instance_id\":1,\"module\":\"trace\","
    "\"instance\":0,\"name\":\"callbacks\",\"class\":\"net\","
    "\"type\":\"named\",\"crtime\":1500000000,\"snaptime\":2000000001,"
    "\"statistics\":["
    "{\"name\":\"notifies\",\"type\":\"uint64\",\"value\":3},"
    "{\"name\":\"Create\",\"type\":\"uint64\",\"value\":1},"
    "{\"name\":\"\",\"type\":\"uint64\",\"value\":9},"
    "{\"name\":\"crtime\",\"type\":\"int32\",\"value\":7},"
    "{\"name\":\"big\",\"type\":\"uint64\",\"value\":\"18446744073709551615\"},"
    "{\"name\":\"inf\",\"type\":\"double\",\"value\":null},"
    "{\"name\":\"e\\u001b\",\"type\":\"string\",\"value\":\"a\\n\\u00fc\"}]}";

/* callbacks as the form has it, of the statistics that match. */
static void
prints(const struct kstat_form *form, const char *pattern, size_t expected,
    const char *text)
{
	json_t *kstat = json_loads(callbacks, 0, NULL);
	struct kstat_pattern statistic = {.text = NULL};
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(kstat);
	assert_non_null(stream);
	assert_null(kstat_pattern_parse(&statistic, pattern, strlen(pattern)));
	assert_int_equal(
	    kstat_form_print(stream, form, &statistic, kstat), expected);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, text);
	kstat_pattern_free(&statistic);
	json_decref(kstat);
	free(out);
}

static void
blocks_have_the_layout_of_kstat(void **state)
{
	static const struct kstat_form form = {.layout = KSTAT_BLOCKS};

	prints(&form, "*", 8,
	    "module: trace                           instance: 0     \n"
	    "name:   callbacks                       class:    net\n"
	    "\tbig                             18446744073709551615\n"
	    "\tCreate                          1\n"
	    "\tcrtime                          7\n"
	    "\tcrtime                          1.500000000\n"
	    "\te\\x1b                           a\\x0aü\n"
	    "\tinf                             nan\n"
	    "\tnotifies                        3\n"
	    "\tsnaptime                        2.000000001\n"
	    "\n");
}

static void
blocks_say_the_instance_when_they_should(void **state)
{
	static const struct kstat_form form = {
	    .layout = KSTAT_BLOCKS, .says_instance = true};

	prints(&form, "Create", 1,
	    "ip instance: blue                       id:       1\n"
	    "module: trace                           instance: 0     \n"
	    "name:   callbacks                       class:    net\n"
	    "\tCreate                          1\n"
	    "\n");
}

static void
class_is_no_statistic_of_a_block(void **state)
{
	static const struct kstat_form form = {.layout = KSTAT_BLOCKS};

	prints(&form, "class", 0, "");
}

static struct kstat_form
lines(char separator, bool says_name, bool says_value, bool says_instance)
{
	return (struct kstat_form){.layout = KSTAT_LINES,
	    .separator = separator,
	    .says_name = says_name,
	    .says_value = says_value,
	    .says_instance = says_instance};
}

static void
lines_have_a_statistic_each_and_the_class(void **state)
{
	struct kstat_form form = lines('\t', true, true, false);

	prints(&form, "*", 9,
	    "trace:0:callbacks:big\t18446744073709551615\n"
	    "trace:0:callbacks:class\tnet\n"
	    "trace:0:callbacks:Create\t1\n"
	    "trace:0:callbacks:crtime\t7\n"
	    "trace:0:callbacks:crtime\t1.500000000\n"
	    "trace:0:callbacks:e\\x1b\ta\\x0aü\n"
	    "trace:0:callbacks:inf\tnan\n"
	    "trace:0:callbacks:notifies\t3\n"
	    "trace:0:callbacks:snaptime\t2.000000001\n");
}

static void
lines_say_the_instance_when_they_should(void **state)
{
	struct kstat_form form = lines('\t', true, true, true);

	prints(&form, "n*", 1, "blue/trace:0:callbacks:notifies\t3\n");
}

static void
lines_may_be_without_values_or_names_or_tab(void **state)
{
	struct kstat_form colon = lines(':', true, true, true);
	struct kstat_form names = lines('\t', true, false, true);
	struct kstat_form values = lines('\t', false, true, true);

	prints(&colon, "n*", 1, "blue/trace:0:callbacks:notifies:3\n");
	prints(&names, "n*", 1, "blue/trace:0:callbacks:notifies\n");
	prints(&values, "n*", 1, "3\n");
}

static void
objects_have_the_members_of_kstat_and_the_instance(void **state)
{
	static const struct kstat_form form = {.layout = KSTAT_OBJECTS};

	prints(&form, "*", 8,
	    "{\"ip_instance\":\"blue\",\"module\":\"trace\",\"instance\":0,"
	    "\"name\":\"callbacks\",\"class\":\"net\",\"type\":1,"
	    "\"snaptime\":2.000000001,\"data\":{"
	    "\"big\":18446744073709551615,\"Create\":1,\"crtime\":7,"
	    "\"e\\u001B\":\"a\\n\\u00FC\",\"inf\":null,\"notifies\":3,"
	    "\"snaptime\":2.000000001}}");
}

static void
silence_still_counts(void **state)
{
	static const struct kstat_form form = {.layout = KSTAT_SILENT};

	prints(&form, "*", 8, "");
	prints(&form, "Cre*", 1, "");
	prints(&form, "nosuch", 0, "");
}

/* --- the order of kstats -------------------------------------------------- */

static void
gather(struct kstat_gather *gathered, size_t statistics, const char *module,
    int instance, const char *name)
{
	static const struct kstat_pattern all = {.text = NULL};
	json_t *kstat = json_pack("{s:s, s:i, s:s}", "module", module,
	    "instance", instance, "name", name);

	assert_int_equal(kstat_gather_add(gathered, &all, kstat), statistics);
	json_decref(kstat);
}

static void
kstats_are_ordered_by_module_number_and_name(void **state)
{
	struct kstat_form form = lines('\t', true, false, false);
	struct kstat_gather *gathered = kstat_gather_create(&form);
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(stream);
	gather(gathered, 3, "tcp", -1, "a");
	gather(gathered, 3, "ip", 10, "a");
	gather(gathered, 3, "IP", 2, "b");
	gather(gathered, 3, "ip", 2, "A");
	gather(gathered, 3, "Arp", 9, "z");
	kstat_gather_print(gathered, stream);
	gather(gathered, 3, "aaa", 0, "later");
	kstat_gather_print(gathered, stream);
	kstat_gather_print(gathered, stream);
	kstat_gather_end(gathered, stream, true);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out,
	    "Arp:9:z:class\nArp:9:z:crtime\nArp:9:z:snaptime\n"
	    "ip:2:A:class\nip:2:A:crtime\nip:2:A:snaptime\n"
	    "IP:2:b:class\nIP:2:b:crtime\nIP:2:b:snaptime\n"
	    "ip:10:a:class\nip:10:a:crtime\nip:10:a:snaptime\n"
	    "tcp:-1:a:class\ntcp:-1:a:crtime\ntcp:-1:a:snaptime\n"
	    "aaa:0:later:class\naaa:0:later:crtime\naaa:0:later:snaptime\n");
	kstat_gather_free(gathered);
	free(out);
}

/* The array that a number of kstats makes, printed one by one. */
static void
makes_array(int kstats, bool is_result, const char *text)
{
	static const struct kstat_form form = {.layout = KSTAT_OBJECTS};
	struct kstat_gather *gathered = kstat_gather_create(&form);
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(stream);
	for (int i = 0; i < kstats; i++) {
		gather(gathered, 2, "m", i, "n");
		kstat_gather_print(gathered, stream);
	}
	kstat_gather_end(gathered, stream, is_result);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, text);
	kstat_gather_free(gathered);
	free(out);
}

#define OBJECT(number)                                                         \
	"{\"ip_instance\":\"\",\"module\":\"m\",\"instance\":" number ","      \
	"\"name\":\"n\",\"class\":\"\",\"type\":-1,\"snaptime\":0,"            \
	"\"data\":{\"crtime\":0,\"snaptime\":0}}"

static void
objects_make_one_array_also_of_none(void **state)
{
	makes_array(0, true, "[]\n");
	makes_array(0, false, "");
	makes_array(1, true, "[" OBJECT("0") "]\n");
	makes_array(2, false, "[" OBJECT("0") "," OBJECT("1") "]\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		times_are_seconds_with_nine_decimals_and_0_for_none),
	    cmocka_unit_test(values_are_printed_whole),
	    cmocka_unit_test(types_have_the_numbers_of_kstat),
	    cmocka_unit_test(blocks_have_the_layout_of_kstat),
	    cmocka_unit_test(blocks_say_the_instance_when_they_should),
	    cmocka_unit_test(class_is_no_statistic_of_a_block),
	    cmocka_unit_test(lines_have_a_statistic_each_and_the_class),
	    cmocka_unit_test(lines_say_the_instance_when_they_should),
	    cmocka_unit_test(lines_may_be_without_values_or_names_or_tab),
	    cmocka_unit_test(
		objects_have_the_members_of_kstat_and_the_instance),
	    cmocka_unit_test(silence_still_counts),
	    cmocka_unit_test(kstats_are_ordered_by_module_number_and_name),
	    cmocka_unit_test(objects_make_one_array_also_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
