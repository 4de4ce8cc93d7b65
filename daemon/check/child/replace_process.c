/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace_process.c: functions that change the process, or keep a thread
 * waiting. Most only note who called. A descriptor of the daemon's stays open,
 * and a callback does not really sleep: the rest of the scenario still makes
 * sense. Owns nothing.
 */
#include "check/child/replace.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "check/child/call.h"
#include "check/child/process.h"
#include "check/child/where.h"
#include "lib/clock.h"

/* Shorter sleeps are not reported. */
#define NAP NS_PER_MS

static int
replaced_pthread_create(pthread_t *made, const pthread_attr_t *attributes,
    void *(*body)(void *), void *arg)
{
	process_blame_thread(where_now());
	return pthread_create(made, attributes, body, arg);
}

static int
replaced_sigaction(
    int number, const struct sigaction *action, struct sigaction *before)
{
	if (action != NULL)
		process_blame_signal(number, where_now());
	return sigaction(number, action, before);
}

static __sighandler_t
replaced_signal(int number, __sighandler_t handler)
{
	process_blame_signal(number, where_now());
	return signal(number, handler);
}

static int
replaced_close(int fd)
{
	char number[16];

	if (!process_had(fd))
		return close(fd);
	(void)snprintf(number, sizeof(number), "%d", fd);
	where_report(KIND_FOREIGN_CLOSE, number,
	    "close() of descriptor %d, which the daemon had opened", fd);
	return 0;
}

/* True when a callback wants to sleep that long; then it need not. */
static bool
is_sleeping(const char *function, int64_t nanoseconds)
{
	const struct visit *visit = where_visit();

	/* nin_load and such may; so may what waits for memory. */
	if (visit == NULL || visit->in_loader || nanoseconds < NAP ||
	    call_has_failed())
		return false;
	where_report(KIND_BLOCKS, function, "%s() for %lld ms", function,
	    (long long)(nanoseconds / NS_PER_MS));
	return true;
}

static int
replaced_clock_nanosleep(clockid_t clock, int flags,
    const struct timespec *request, struct timespec *left)
{
	int64_t wanted = request->tv_sec * NS_PER_SEC + request->tv_nsec;

	if ((flags & TIMER_ABSTIME) != 0)
		wanted -= clock_read(clock);
	if (is_sleeping("clock_nanosleep", wanted))
		return 0;
	return clock_nanosleep(clock, flags, request, left);
}

static int
nap(const char *function, const struct timespec *request, struct timespec *left)
{
	if (is_sleeping(
		function, request->tv_sec * NS_PER_SEC + request->tv_nsec))
		return 0;
	return nanosleep(request, left);
}

static int
replaced_nanosleep(const struct timespec *request, struct timespec *left)
{
	return nap("nanosleep", request, left);
}

static unsigned
replaced_sleep(unsigned seconds)
{
	const struct timespec request = {.tv_sec = seconds};

	(void)nap("sleep", &request, NULL);
	return 0;
}

static int
replaced_usleep(useconds_t microseconds)
{
	const struct timespec request = {
	    .tv_sec = microseconds / 1000000,
	    .tv_nsec = microseconds % 1000000 * 1000,
	};

	(void)nap("usleep", &request, NULL);
	return 0;
}

/* A copy that the plugin has made may end like that. */
_Noreturn static void
leave(const char *function, int status)
{
	if (where_is_copy())
		_exit(status);
	where_report(KIND_EXIT, function, "it calls %s()", function);
	_exit(CHILD_REPORTED);
}

_Noreturn static void
replaced_exit(int status)
{
	leave("exit", status);
}

_Noreturn static void
replaced__exit(int status)
{
	leave("_exit", status);
}

const struct interpose_row replace_process_rows[] = {
    INTERPOSE_ROW(pthread_create),
    INTERPOSE_ROW(sigaction),
    INTERPOSE_ROW(signal),
    INTERPOSE_ROW(close),
    INTERPOSE_ROW(clock_nanosleep),
    INTERPOSE_ROW(nanosleep),
    INTERPOSE_ROW(sleep),
    INTERPOSE_ROW(usleep),
    INTERPOSE_ROW(exit),
    INTERPOSE_ROW(_exit),
    {"_Exit", (interpose_fn)replaced__exit},
    {NULL, NULL},
};
