/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt.c: owns the signal mask that was there before. No handler is
 * needed: the parent polls its child several times a second, and the signals.
 */
#include "check/parent/interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "base/check.h"

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static sigset_t before;

void
interrupt_hold(void)
{
	struct sigaction action;
	sigset_t held;

	(void)sigemptyset(&held);
	/* One that is ignored would be held back all the same. */
	for (size_t i = 0; i < ARRAY_LENGTH(signals); i++)
		if (sigaction(signals[i], NULL, &action) == 0 &&
		    action.sa_handler != SIG_IGN)
			(void)sigaddset(&held, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &held, &before);
}

bool
interrupt_is_held(void)
{
	sigset_t pending;

	(void)sigpending(&pending);
	for (size_t i = 0; i < ARRAY_LENGTH(signals); i++)
		if (sigismember(&pending, signals[i]) == 1 &&
		    sigismember(&before, signals[i]) == 0)
			return true;
	return false;
}

void
interrupt_release(void)
{
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}
