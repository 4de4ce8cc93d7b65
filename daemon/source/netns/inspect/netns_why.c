/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_why.c: owns the queries that wait, one for each namespace with all who
 * ask, under a lock. The loop thread asks, the jobs' thread answers.
 */
#include "source/netns/inspect/netns_why.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/memory.h"
#include "source/netns/netns_ref.h"

/* Coalesced queries; there are no more connections. */
#define WHY_ASKERS_MAX 256

struct why_asker {
	netns_why_fn answer;
	void *arg;
};

struct why {
	struct netns_job job; /* first */
	struct why *next;
	struct netns_ref *ref; /* a reference */
	struct why_asker askers[WHY_ASKERS_MAX];
	unsigned count;
};

static struct lock why_lock = LOCK_INITIALIZER(LOCK_JOBS);
static struct why *waiting; /* why_lock: those not begun */

/* Takes a query off the list: no more are coalesced with it. */
static void
why_unlist(struct why *why)
{
	struct why **link;

	lock_enter(&why_lock);
	for (link = &waiting; *link != why; link = &(*link)->next)
		ASSERT(*link != NULL);
	*link = why->next;
	lock_exit(&why_lock);
}

/*
 * Whether the namespace is gone: then its inode, and what was found by it, may
 * be another's. One that cannot be opened for another reason is not gone.
 */
static bool
why_is_gone(struct netns_ref *ref)
{
	int fd = netns_ref_open(ref);

	if (fd >= 0)
		(void)close(fd);
	return fd == -ESTALE;
}

static void
why_run(struct netns_job *job)
{
	struct why *why = CONTAINER_OF(job, struct why, job);
	struct netns_holders *holders;

	why_unlist(why);
	holders =
	    netns_holders_find(&why->ref->identity, netns_jobs_are_ending);
	holders->gone = why_is_gone(why->ref);
	for (unsigned i = 0; i < why->count; i++) {
		netns_holders_hold(holders);
		why->askers[i].answer(why->askers[i].arg, holders);
	}
	netns_holders_drop(holders);
	netns_ref_drop(why->ref);
	free(why);
}

/*
 * Adds an asker to a query that waits already; one who may write does not wait
 * behind those who may not.
 */
static bool
why_join(const struct netns_ref *ref, const struct netns_asker *by,
    const struct why_asker *asker)
{
	struct why *why;

	lock_enter(&why_lock);
	for (why = waiting; why != NULL; why = why->next)
		if (why->ref == ref && why->count < WHY_ASKERS_MAX &&
		    (why->job.asker.may_write || !by->may_write))
			break;
	if (why != NULL)
		why->askers[why->count++] = *asker;
	lock_exit(&why_lock);
	return why != NULL;
}

int
netns_why_ask(struct instance *instance, const struct netns_asker *by,
    netns_why_fn answer, void *arg)
{
	const struct why_asker asker = {answer, arg};
	struct netns_ref *ref = netns_ref_of(instance);
	struct why *why;
	int error;

	if (ref == NULL)
		return -ENOTSUP;
	if (why_join(ref, by, &asker))
		return 0;
	why = memory_zalloc(sizeof(*why));
	why->job.asker = *by;
	why->job.run = why_run;
	why->ref = ref;
	why->askers[why->count++] = asker;
	netns_ref_hold(ref);
	lock_enter(&why_lock);
	why->next = waiting;
	waiting = why;
	lock_exit(&why_lock);
	error = netns_job_post(&why->job);
	if (error == 0)
		return 0;
	why_unlist(why);
	netns_ref_drop(ref);
	free(why);
	return error;
}
