/* SPDX-License-Identifier: Apache-2.0 */
/* test_signals.c: what comes of signals when nobody reads for a while. */
#include "signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "ends.h"

#define MORE_THAN_A_PIPE_HOLDS 100000

static int fd;

static int
start(void **state)
{
	(void)state;
	fd = signals_open();
	return fd < 0;
}

static int
stop(void **state)
{
	(void)state;
	ends_in_order();
	return close(fd);
}

static void
a_full_pipe_loses_no_request(void **state)
{
	unsigned i;
	pid_t from;

	(void)state;
	for (i = 0; i < MORE_THAN_A_PIPE_HOLDS; i++)
		assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(raise(SIGHUP), 0);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(signals_next(fd, &from), SIGHUP);
	assert_int_equal(from, getpid());
	assert_int_equal(signals_next(fd, &from), SIGTERM);
	assert_int_equal(signals_next(fd, &from), 0);
	/* It can still be woken. */
	assert_int_equal(read(fd, &i, 1), -1);
	assert_int_equal(raise(SIGTERM), 0);
	assert_int_equal(read(fd, &i, 1), 1);
	assert_int_equal(signals_next(fd, &from), SIGTERM);
}

static void
a_handler_of_others_that_goes_leaves_the_daemon_s(void **state)
{
	struct sigaction ours, before;
	pid_t from;

	(void)state;
	assert_int_equal(sigaction(SIGUSR2, NULL, &ours), 0);
	assert_true(signal(SIGUSR2, SIG_IGN) != SIG_ERR);
	assert_true(signal(SIGUSR2, SIG_DFL) == SIG_IGN);
	assert_int_equal(sigaction(SIGUSR2, NULL, &before), 0);
	assert_true(before.sa_sigaction == ours.sa_sigaction);
	assert_int_equal(raise(SIGUSR2), 0);
	assert_int_equal(signals_next(fd, &from), 0);
	/* Of a child of its own a plugin may hear. */
	assert_true(signal(SIGCHLD, SIG_IGN) == SIG_DFL);
	assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_full_pipe_loses_no_request),
	    cmocka_unit_test(a_handler_of_others_that_goes_leaves_the_daemon_s),
	};

	return cmocka_run_group_tests_name("signals", tests, start, stop);
}
