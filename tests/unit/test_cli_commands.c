/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_commands.c: the table of commands is sound: help, parsing and
 * dispatch rely on what is checked here.
 */
#include "commands.h"

#include <netinst/rpc.h>

#include "command_name.h"
#include "report.h"
#include "test.h"

static void
every_row_is_complete(void **state)
{
	for (size_t i = 0; i < commands.count; i++) {
		const struct command *row = &commands.rows[i];
		size_t least, most;

		command_operands(row, &least, &most);
		assert_non_null(row->noun);
		assert_non_null(row->arguments);
		assert_true(strlen(row->summary) > 0);
		assert_true(strlen(row->summary) <= 45);
		assert_true(row->summary[strlen(row->summary) - 1] != '.');
		assert_non_null(row->help);
		assert_non_null(row->run);
		assert_true(least <= most);
		assert_int_equal(row->options & OPTIONS_GLOBAL, 0);
	}
}

static void
every_row_is_found_by_its_name_and_no_other(void **state)
{
	for (size_t i = 0; i < commands.count; i++) {
		const struct command *row = &commands.rows[i];

		assert_ptr_equal(
		    command_find(&commands, row->noun, row->verb), row);
	}
	assert_null(command_find(&commands, "instance", "frobnicate"));
	assert_null(command_find(&commands, "status", "show"));
	assert_null(command_find(&commands, "", NULL));
}

static void
a_noun_has_verbs_that_stand_together_or_none(void **state)
{
	for (size_t i = 1; i < commands.count; i++) {
		const struct command *row = &commands.rows[i], *last = row - 1;

		if (strcmp(row->noun, last->noun) == 0) {
			assert_non_null(row->verb);
			assert_non_null(last->verb);
		} else {
			assert_ptr_equal(
			    command_find(&commands, row->noun, NULL), row);
		}
	}
}

static void
errors_have_the_exit_codes_of_the_shared_table(void **state)
{
	assert_int_equal(
	    report_exit_code("instance-not-found"), EXIT_NOT_FOUND);
	assert_int_equal(report_exit_code("permission-denied"), EXIT_DENIED);
	assert_int_equal(report_exit_code("timed-out"), EXIT_TIMED_OUT);
	assert_int_equal(report_exit_code("invalid-params"), EXIT_USAGE);
	assert_int_equal(report_exit_code("instance-exists"), EXIT_FAILED);
	assert_int_equal(report_exit_code("of-a-newer-daemon"), EXIT_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row_is_complete),
	    cmocka_unit_test(every_row_is_found_by_its_name_and_no_other),
	    cmocka_unit_test(a_noun_has_verbs_that_stand_together_or_none),
	    cmocka_unit_test(errors_have_the_exit_codes_of_the_shared_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
