/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_job.c: owns the thread "netns-job" and the queue of background jobs,
 * under a lock that is never held while one runs.
 */
#include "source/netns/inspect/netns_job.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include "base/lock.h"
#include "exec/thread.h"

static struct {
	struct lock lock; /* guards what follows, to the thread */
	struct condition work;
	struct netns_job *first;    /* of who may write first */
	struct netns_asker running; /* for whom one runs; kept after that */
	unsigned count;		    /* with the one that runs */
	bool runs;
	bool started;
	struct thread thread;
	atomic_bool ending;
} jobs = {
    .lock = LOCK_INITIALIZER(LOCK_JOBS),
};

/* Waits for the next job; NULL: there is none and none comes. */
static struct netns_job *
job_take(void)
{
	struct netns_job *job;

	lock_enter(&jobs.lock);
	while (jobs.first == NULL && !atomic_load(&jobs.ending))
		condition_wait(&jobs.work, &jobs.lock);
	job = jobs.first;
	if (job != NULL) {
		jobs.first = job->next;
		jobs.running = job->asker;
		jobs.runs = true;
	}
	lock_exit(&jobs.lock);
	return job;
}

static void
jobs_run(void *arg)
{
	struct netns_job *job;

	(void)arg;
	while ((job = job_take()) != NULL) {
		job->run(job);
		lock_enter(&jobs.lock);
		jobs.count--;
		jobs.runs = false;
		lock_exit(&jobs.lock);
	}
}

/* The lock is held. */
static int
job_start(void)
{
	int error;

	if (jobs.started)
		return 0;
	condition_init(&jobs.work);
	error = thread_start(&jobs.thread, "netns-job", jobs_run, NULL);
	jobs.started = error == 0;
	if (error != 0)
		condition_destroy(&jobs.work);
	return error;
}

/* Counts those of one user, and of all who may only look; the lock is held. */
static void
job_count(uid_t user, unsigned *users, unsigned *readers)
{
	const struct netns_job *job;

	*users = jobs.runs && jobs.running.user == user;
	*readers = jobs.runs && !jobs.running.may_write;
	for (job = jobs.first; job != NULL; job = job->next) {
		*users += job->asker.user == user;
		*readers += !job->asker.may_write;
	}
}

/* Whether one more may wait; the lock is held. */
static int
job_check(const struct netns_asker *asker)
{
	bool is_owner = asker->user == 0 || asker->user == geteuid();
	unsigned users, readers;

	job_count(asker->user, &users, &readers);
	if (!is_owner && users >= NETNS_JOBS_USER_MAX)
		return -EUSERS;
	if (!asker->may_write &&
	    readers >= NETNS_JOBS_MAX - NETNS_JOBS_RESERVED)
		return -EBUSY;
	return jobs.count >= NETNS_JOBS_MAX ? -EBUSY : 0;
}

/* The lock is held. */
static void
job_insert(struct netns_job *job)
{
	struct netns_job **link = &jobs.first;

	while (*link != NULL &&
	       ((*link)->asker.may_write || !job->asker.may_write))
		link = &(*link)->next;
	job->next = *link;
	*link = job;
	jobs.count++;
	condition_signal(&jobs.work);
}

int
netns_job_post(struct netns_job *job)
{
	int error;

	lock_enter(&jobs.lock);
	error = job_check(&job->asker);
	if (error == 0)
		error = job_start();
	if (error == 0)
		job_insert(job);
	lock_exit(&jobs.lock);
	return error;
}

bool
netns_jobs_are_ending(void)
{
	return atomic_load(&jobs.ending);
}

void
netns_jobs_stop(void)
{
	if (!jobs.started)
		return;
	lock_enter(&jobs.lock);
	atomic_store(&jobs.ending, true);
	condition_signal(&jobs.work);
	lock_exit(&jobs.lock);
	thread_join(&jobs.thread);
	condition_destroy(&jobs.work);
	jobs.started = false;
	atomic_store(&jobs.ending, false);
}
