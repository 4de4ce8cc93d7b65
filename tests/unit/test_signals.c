/* SPDX-License-Identifier: Apache-2.0 */
/* test_signals.c: what comes of signals when nobody reads for a while. */
#include "signals.h"

#include "ends.h"
#include "test.h"

#define MORE_THAN_A_PIPE_HOLDS 100000

static int fd;
static volatile sig_atomic_t counted;

static int
start(void **state)
{
	fd = signals_open();
	return fd < 0;
}

static int
stop(void **state)
{
	ends_in_order();
	return close(fd);
}

static void
a_full_pipe_loses_no_request(void **state)
{
	unsigned i;
	pid_t from;

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

static void
count_it(int number)
{
	counted++;
}

static void
a_handler_that_is_for_once_does_not_leave_the_default(void **state)
{
	struct sigaction once = {
	    .sa_handler = count_it, .sa_flags = (int)SA_RESETHAND};
	unsigned i;

	assert_int_equal(sigaction(SIGALRM, &once, NULL), 0);
	assert_true(__sysv_signal(SIGVTALRM, count_it) != SIG_ERR);
	for (i = 0; i < 2; i++) {
		assert_int_equal(raise(SIGALRM), 0);
		assert_int_equal(raise(SIGVTALRM), 0);
	}
	assert_int_equal(counted, 4);
}

static void
what_the_daemon_handles_stays_but_may_be_asked_for(void **state)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction before, after;

	assert_int_equal(sigaction(SIGPIPE, &ignore, &before), 0);
	assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
	assert_true(__sysv_signal(SIGTERM, count_it) == SIG_ERR);
	assert_true(signal(SIGPIPE, SIG_DFL) == SIG_ERR);
	assert_true(signal(SIGSEGV, SIG_IGN) == SIG_ERR);
	assert_int_equal(sigaction(SIGPIPE, NULL, &after), 0);
	assert_true(after.sa_sigaction == before.sa_sigaction);
	assert_true(after.sa_handler != SIG_IGN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_full_pipe_loses_no_request),
	    cmocka_unit_test(a_handler_of_others_that_goes_leaves_the_daemon_s),
	    cmocka_unit_test(
		a_handler_that_is_for_once_does_not_leave_the_default),
	    cmocka_unit_test(
		what_the_daemon_handles_stays_but_may_be_asked_for),
	};

	return cmocka_run_group_tests_name("signals", tests, start, stop);
}
