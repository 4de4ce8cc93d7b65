/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catch_exit.c: stops the unwinding of a thread that ends. The thread library
 * unwinds as far as the innermost clean-up handler, takes the stack back to
 * where that was pushed, and calls it there; it goes on only when the handler
 * returns. This one does not: it jumps into its own frame, which stands, takes
 * itself off the list of handlers as always, and returns.
 *
 * POSIX leaves that undefined, the GNU C library does not mind: what it notes
 * of the thread is that it is ending, so that it cannot be cancelled any more.
 * tests/unit/test_core_exit.c holds it to that.
 */
#include "base/catch_exit.h"

#include <pthread.h>
#include <setjmp.h>

/* A clean-up handler. */
static void
catch_go_back(void *arg)
{
	longjmp(*(jmp_buf *)arg, 1);
}

enum thread_exit
catch_exit(void (*call)(void *arg), void *arg)
{
	volatile enum thread_exit how = EXIT_CALLED;
	int before;
	jmp_buf back;

	pthread_cleanup_push(catch_go_back, &back);
	if (_setjmp(back) == 0) {
		call(arg);
		how = EXIT_NONE;
	}
	pthread_cleanup_pop(0);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	if (how == EXIT_CALLED && before == PTHREAD_CANCEL_ENABLE)
		how = EXIT_CANCELLABLE;
	return how;
}
