/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.h: a thread that runs one function until that returns. It has a name,
 * takes no signals, cannot be cancelled, and is waited for. Owned by whoever
 * embeds it.
 */
#ifndef NETINST_EXEC_THREAD_H
#define NETINST_EXEC_THREAD_H

#include <pthread.h>

/* Embed it; it stays where it is until thread_join(). */
struct thread {
	pthread_t thread;
	void (*body)(void *arg);
	void *arg;
};

/* name: at most 15 bytes; copied. 0, or a negative errno: there is none. */
int thread_start(struct thread *thread, const char *name,
    void (*body)(void *arg), void *arg);

/* Waits until body has returned. Another thread, once. */
void thread_join(struct thread *thread);

#endif
