/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_memory.c: netinstctl without memory ends with the exit code that
 * the command has for it.
 */
#include "memory.h"

#include <sys/wait.h>

#include <netinst/rpc.h>

#include "test.h"

/* The exit code of a process whose allocator has given nothing. */
static int
out_of_memory(int code)
{
	pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		memory_start();
		if (code != EXIT_OK)
			memory_exit_with(code);
		(void)memory_check(NULL);
		_exit(EXIT_OK);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
without_memory_a_command_has_failed(void **state)
{
	assert_int_equal(out_of_memory(EXIT_OK), EXIT_FAILED);
}

static void
a_command_may_have_another_exit_code_for_it(void **state)
{
	assert_int_equal(out_of_memory(EXIT_UNREACHABLE), EXIT_UNREACHABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_memory_a_command_has_failed),
	    cmocka_unit_test(a_command_may_have_another_exit_code_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
