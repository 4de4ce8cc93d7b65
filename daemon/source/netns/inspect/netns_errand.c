/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_errand.c: owns the thread "netns-errand" and the queue of its errands,
 * under a lock that is never held while one runs.
 */
#include "source/netns/inspect/netns_errand.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "base/lock.h"
#include "exec/thread.h"

static struct {
	struct lock lock; /* guards what follows, to the thread */
	struct condition work;
	struct netns_errand *first; /* of who may write first */
	struct netns_asker running; /* for whom one runs; kept after that */
	unsigned count;		    /* with the one that runs */
	bool runs;
	bool started;
	struct thread thread;
	atomic_bool ending;
} errands = {
    .lock = LOCK_INITIALIZER(LOCK_ERRANDS),
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
		errands.running = errand->asker;
		errands.runs = true;
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
		errands.runs = false;
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

/* Counts those of one user, and of all who may only look; the lock is held. */
static void
errand_count(uid_t user, unsigned *users, unsigned *readers)
{
	const struct netns_errand *errand;

	*users = errands.runs && errands.running.user == user;
	*readers = errands.runs && !errands.running.may_write;
	for (errand = errands.first; errand != NULL; errand = errand->next) {
		*users += errand->asker.user == user;
		*readers += !errand->asker.may_write;
	}
}

/*
 * Whether one more may wait: nobody takes the places that others need. The lock
 * is held.
 */
static int
errand_check(const struct netns_asker *asker)
{
	bool is_owner = asker->user == 0 || asker->user == geteuid();
	unsigned users, readers;

	errand_count(asker->user, &users, &readers);
	if (!is_owner && users >= NETNS_ERRANDS_USER_MAX)
		return -EUSERS;
	if (!asker->may_write &&
	    readers >= NETNS_ERRANDS_MAX - NETNS_ERRANDS_RESERVED)
		return -EBUSY;
	return errands.count >= NETNS_ERRANDS_MAX ? -EBUSY : 0;
}

/* The lock is held. */
static void
errand_insert(struct netns_errand *errand)
{
	struct netns_errand **link = &errands.first;

	while (*link != NULL &&
	       ((*link)->asker.may_write || !errand->asker.may_write))
		link = &(*link)->next;
	errand->next = *link;
	*link = errand;
	errands.count++;
	condition_signal(&errands.work);
}

int
netns_errand_post(struct netns_errand *errand)
{
	int error;

	lock_enter(&errands.lock);
	error = errand_check(&errand->asker);
	if (error == 0)
		error = errand_start();
	if (error == 0)
		errand_insert(errand);
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
