/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_errand.c: owns the thread "netns-errand" and the queue of its errands,
 * under a lock that is never held while one runs.
 */
#include "source/netns_errand.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/lock.h"
#include "exec/thread.h"

static struct {
	struct lock lock; /* guards what follows, to the thread */
	struct condition work;
	struct netns_errand *first, **last;
	unsigned count; /* with the one that runs */
	bool started;
	struct thread thread;
	atomic_bool ending;
} errands = {
    .lock = LOCK_INITIALIZER(LOCK_ERRANDS),
    .last = &errands.first,
};

/* Waits for the next errand; NULL: there is none and none comes. */
static struct netns_errand *
errand_take(void)
{
	struct netns_errand *errand;

	lock_enter(&errands.lock);
	while (errands.first == NULL && !atomic_load(&errands.ending))
		condition_wait(&errands.work, &errands.lock);
	errand = errands.first;
	if (errand != NULL) {
		errands.first = errand->next;
		if (errands.first == NULL)
			errands.last = &errands.first;
	}
	lock_exit(&errands.lock);
	return errand;
}

static void
errand_run_all(void *arg)
{
	struct netns_errand *errand;

	(void)arg;
	while ((errand = errand_take()) != NULL) {
		errand->run(errand);
		lock_enter(&errands.lock);
		errands.count--;
		lock_exit(&errands.lock);
	}
}

/* The lock is held. */
static int
errand_start(void)
{
	int error;

	if (errands.started)
		return 0;
	condition_init(&errands.work);
	error =
	    thread_start(&errands.thread, "netns-errand", errand_run_all, NULL);
	errands.started = error == 0;
	if (error != 0)
		condition_destroy(&errands.work);
	return error;
}

int
netns_errand_post(struct netns_errand *errand)
{
	int error;

	lock_enter(&errands.lock);
	error = errands.count >= NETNS_ERRANDS_MAX ? -EBUSY : errand_start();
	if (error == 0) {
		errands.count++;
		errand->next = NULL;
		*errands.last = errand;
		errands.last = &errand->next;
		condition_signal(&errands.work);
	}
	lock_exit(&errands.lock);
	return error;
}

bool
netns_errands_end(void)
{
	return atomic_load(&errands.ending);
}

void
netns_errands_stop(void)
{
	if (!errands.started)
		return;
	lock_enter(&errands.lock);
	atomic_store(&errands.ending, true);
	condition_signal(&errands.work);
	lock_exit(&errands.lock);
	thread_join(&errands.thread);
	condition_destroy(&errands.work);
	errands.started = false;
	atomic_store(&errands.ending, false);
}
