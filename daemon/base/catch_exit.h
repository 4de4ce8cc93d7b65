/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catch_exit.h: a call into code of others that may not end the thread it is
 * made on.
 */
#ifndef NETINST_BASE_CATCH_EXIT_H
#define NETINST_BASE_CATCH_EXIT_H

enum thread_exit {
	EXIT_NONE,	 /* it returned */
	EXIT_CALLED,	 /* it called pthread_exit() */
	EXIT_CANCELLABLE /* that, or it allowed a cancellation, which came */
};

/*
 * Calls call(arg). When that ends the thread, its clean-up handlers and
 * destructors run, and then this returns all the same. The thread can go on,
 * but has no thread-specific future: let it finish what others wait for, and
 * end. Afterwards it cannot be cancelled, whatever the call has allowed.
 */
enum thread_exit catch_exit(void (*call)(void *arg), void *arg);

#endif
