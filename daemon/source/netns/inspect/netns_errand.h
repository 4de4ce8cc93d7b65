/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_errand.h: what takes its time is done by a thread of its own, one thing
 * after the other, so that neither clients nor namespaces wait for it. The
 * thread is made with the first errand. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_ERRAND_H
#define NETINST_SOURCE_NETNS_ERRAND_H

#include <stdbool.h>
#include <sys/types.h>

/* Errands that wait or run at once; who asks for more is refused. */
#define NETNS_ERRANDS_MAX 64
/* Of these, for who may write: theirs also come before those of others. */
#define NETNS_ERRANDS_RESERVED 16
/* Of one user; root and the daemon's own are not bound by it. */
#define NETNS_ERRANDS_USER_MAX 16

struct netns_asker {
	uid_t user;
	bool may_write;
};

/* Embed it and fill in asker and run, which may free it. */
struct netns_errand {
	struct netns_errand *next;
	struct netns_asker asker;
	/* On the errands' thread; no lock is held. */
	void (*run)(struct netns_errand *errand);
};

/*
 * 0, -EBUSY: too many wait, -EUSERS: too many of the asker's do, or another
 * negative errno: there is no thread.
 */
int netns_errand_post(struct netns_errand *errand);

/* Whether the end waits for the errand that runs: it had better be short. */
bool netns_errands_end(void);

/* Runs what waits, and ends the thread. Nobody posts any more. */
void netns_errands_stop(void);

#endif
