/* SPDX-License-Identifier: Apache-2.0 */
/*
 * countdown.c: owns a thread that sleeps until the time has come, then makes
 * its one call. Nobody waits for it; it ends with the process.
 */
#include "base/countdown.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "lib/clock.h"

struct countdown {
	int64_t deadline;
	void (*expired)(void *arg);
	void *arg;
};

static void *
countdown_run(void *arg)
{
	struct countdown countdown = *(struct countdown *)arg;
	struct timespec until = {
	    .tv_sec = countdown.deadline / NS_PER_SEC,
	    .tv_nsec = countdown.deadline % NS_PER_SEC,
	};

	free(arg);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
	       EINTR)
		;
	countdown.expired(countdown.arg);
	return NULL;
}

int
countdown_start(int64_t nanoseconds, void (*expired)(void *arg), void *arg)
{
	struct countdown *countdown = memory_alloc(sizeof(*countdown));
	sigset_t all, before;
	pthread_t thread;
	int error;

	*countdown =
	    (struct countdown){clock_monotonic() + nanoseconds, expired, arg};
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, countdown_run, countdown);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		free(countdown);
		return -error;
	}
	(void)pthread_detach(thread);
	return 0;
}
