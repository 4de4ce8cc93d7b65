/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread.c: starts a thread with every signal blocked, so that signals go to
 * whoever waits for them, and waits for its end. Not even a plugin that it runs
 * can have it cancelled: others may hold a lock while they wait for it. Owns
 * nothing.
 */
#include "exec/thread.h"

#include <signal.h>
#include <stddef.h>

static void *
thread_run(void *arg)
{
	struct thread *thread = arg;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	thread->body(thread->arg);
	return NULL;
}

int
thread_start(
    struct thread *thread, const char *name, void (*body)(void *arg), void *arg)
{
	sigset_t all, before;
	int error;

	thread->body = body;
	thread->arg = arg;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread->thread, NULL, thread_run, thread);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		(void)pthread_setname_np(thread->thread, name);
	return -error;
}

void
thread_join(struct thread *thread)
{
	(void)pthread_join(thread->thread, NULL);
}
