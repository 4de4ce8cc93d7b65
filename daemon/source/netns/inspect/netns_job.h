/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_job.h: background jobs. One thread, started by the first job, runs what
 * takes long, one job after the other, so that neither clients nor namespaces
 * wait for it. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_JOB_H
#define NETINST_SOURCE_NETNS_JOB_H

#include <stdbool.h>
#include <sys/types.h>

/* Jobs that wait or run; more are refused. */
#define NETNS_JOBS_MAX 64
/* Of these, for those who may write; their jobs come first. */
#define NETNS_JOBS_RESERVED 16
/* Of one user other than root and the daemon's own. */
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
 * 0; -EBUSY: too many jobs; -EUSERS: too many of the asker's; another negative
 * errno: the thread cannot be started.
 */
int netns_job_post(struct netns_job *job);

/* Whether netns_jobs_stop() waits for the job that runs, which should end. */
bool netns_jobs_are_ending(void);

/* Runs what waits, and ends the thread. Nobody posts any more. */
void netns_jobs_stop(void);

#endif
