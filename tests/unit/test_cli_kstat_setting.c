/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kstat_setting.c: the operands of netinstctl kstat-write: what they
 * name, and which are of one kstat.
 */
#include "kstat/kstat_setting.h"

#include "test.h"

static void
an_operand_names_one_statistic_and_a_value(void **state)
{
	static const struct {
		const char *operand, *module;
		int instance;
		const char *name, *statistic, *value;
	} rows[] = {
	    {"m:0:n:s=1", "m", 0, "n", "s", "1"},
	    {"m:-7:n:s=", "m", -7, "n", "s", ""},
	    {"m:2147483647:n:s=a=b:c", "m", 2147483647, "n", "s", "a=b:c"},
	    {"a=b:1:c=d:two words=x", "a=b", 1, "c=d", "two words", "x"},
	    {"m:0:n:s:t=1", "m", 0, "n", "s:t", "1"},
	    {"*:0:[n]:/s/=*", "*", 0, "[n]", "/s/", "*"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_setting setting;

		assert_true(kstat_setting_parse(&setting, rows[i].operand));
		assert_string_equal(setting.module, rows[i].module);
		assert_int_equal(setting.instance, rows[i].instance);
		assert_string_equal(setting.name, rows[i].name);
		assert_string_equal(setting.statistic, rows[i].statistic);
		assert_string_equal(setting.value, rows[i].value);
		kstat_setting_free(&setting);
	}
}

static void
an_operand_that_lacks_something_is_refused(void **state)
{
	static const char *const rows[] = {"", "m", "m:0", "m:0:n", "m:0:n:s",
	    "s=1", "n:s=1", "0:n:s=1", ":0:n:s=1", "m::n:s=1", "m:0::s=1",
	    "m:0:n:=1", "m:x:n:s=1", "m:1x:n:s=1", "m: 1:n:s=1", "m:+1:n:s=1",
	    "m:-:n:s=1", "m:0x1:n:s=1", "m:2147483648:n:s=1",
	    "m:99999999999999999999:n:s=1", "m=1:0:n:s"};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_setting setting;

		if (kstat_setting_parse(&setting, rows[i]))
			fail_msg("%s", rows[i]);
		assert_null(setting.module);
	}
}

static void
settings_of_one_kstat_are_recognized(void **state)
{
	static const struct {
		const char *operand;
		bool beside;
	} rows[] = {
	    {"m:1:n:a=1", true},
	    {"m:1:n:b=2", true},
	    {"M:1:n:a=1", false},
	    {"m:2:n:a=1", false},
	    {"m:1:o:a=1", false},
	};
	struct kstat_setting first;
	json_t *kstat = json_pack(
	    "{s:s, s:i, s:s}", "module", "m", "instance", 1, "name", "n");

	assert_true(kstat_setting_parse(&first, "m:1:n:a=0"));
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_setting setting;

		assert_true(kstat_setting_parse(&setting, rows[i].operand));
		assert_int_equal(
		    kstat_setting_is_beside(&first, &setting), rows[i].beside);
		assert_int_equal(
		    kstat_setting_is_of(&setting, kstat), rows[i].beside);
		kstat_setting_free(&setting);
	}
	assert_false(kstat_setting_is_of(&first, NULL));
	kstat_setting_free(&first);
	json_decref(kstat);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_operand_names_one_statistic_and_a_value),
	    cmocka_unit_test(an_operand_that_lacks_something_is_refused),
	    cmocka_unit_test(settings_of_one_kstat_are_recognized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
