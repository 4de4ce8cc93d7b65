/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_writer.c: the templates that rows of the tables of commands and
 * columns are written in.
 */
#include "writer.h"

#include "memory.h"
#include "test.h"

static void
a_template_names_operands_members_and_choices(void **state)
{
	static const char *const operands[] = {"blue", "eth0"};
	static const struct {
		const char *template, *filled;
	} rows[] = {
	    {"", ""},
	    {"as it is", "as it is"},
	    {"{1} of {0}", "eth0 of blue"},
	    {"{id}: {name} {protocols} {none}", "7: {1} inet arp -"},
	    {"{up?up|down} {weak?weak|strong}", "up strong"},
	    {"{none?A|B}{none?A|}{up?|B}", "B"},
	    {"{name? over *!|}{none? over *|}", " over {1}!"},
	};
	json_t *object =
	    memory_check(json_pack("{s:i, s:s, s:[s, s], s:b, s:b}", "id", 7,
		"name", "{1}", "protocols", "inet", "arp", "up", 1, "weak", 0));

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char *text = writer_fill(rows[i].template, operands, object);

		assert_string_equal(text, rows[i].filled);
		free(text);
	}
	json_decref(object);
}

static void
counts_that_are_not_0_are_listed(void **state)
{
	json_t *counts = memory_check(
	    json_pack("{s:i, s:i, s:i}", "active", 2, "down", 0, "failed", 1));
	json_int_t sum;
	char *text = writer_counts(counts, &sum);

	assert_string_equal(text, "2 active, 1 failed");
	assert_int_equal(sum, 3);
	free(text);
	json_object_clear(counts);
	assert_null(writer_counts(counts, &sum));
	assert_int_equal(sum, 0);
	json_decref(counts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_template_names_operands_members_and_choices),
	    cmocka_unit_test(counts_that_are_not_0_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
