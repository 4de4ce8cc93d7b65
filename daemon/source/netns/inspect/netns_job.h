/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_job.h: background jobs: what takes its time is done by a thread of its
 * own, one job after the other, so that neither clients nor namespaces wait for
 * it. The thread is made with the first job. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_JOB_H
#define NETINST_SOURCE_NETNS_JOB_H

#include <stdbool.h>
#include <sys/types.h>

/* Jobs that wait or run at once; who asks for more is refused. */
#define NETNS_JOBS_MAX 64
/* Of these, for who may write: theirs also come before those of others. */
#define NETNS_JOBS_RESERVED 16
/* Of one user; root and the daemon's own are not bound by it. */
#define NETNS_JOBS_USER_MAX 16

struct netns_asker {
	uid_t user;
	bool may_write;
};

/* Embed it and fill in asker and run, which may free it. */
struct netns_job {
	struct netns_job *next;
	struct netns_asker asker;
	/* On the jobs' thread; no lock is held. */
	void (*run)(struct netns_job *job);
};

/*
 * 0, -EBUSY: too many wait, -EUSERS: too many of the asker's do, or another
 * negative errno: there is no thread.
 */
int netns_job_post(struct netns_job *job);

/* Whether the end waits for the job that runs: it had better be short. */
bool netns_jobs_are_ending(void);

/* Runs what waits, and ends the thread. Nobody posts any more. */
void netns_jobs_stop(void);

#endif
