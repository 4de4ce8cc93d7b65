/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_impl.h: private to pool*.c: a pool's run queue (pool_queue.c), which
 * strands use, and its threads (pool.c), which run strands.
 */
#ifndef NETINST_EXEC_POOL_IMPL_H
#define NETINST_EXEC_POOL_IMPL_H

#include "base/lock.h"
#include "exec/pool.h"
#include "exec/queue.h"
#include "exec/worker.h"

struct pool {
	struct lock lock; /* guards what follows, where nothing else is said */
	struct condition work;	    /* for workers */
	struct condition attention; /* for the watch */
	struct queue queue;
	unsigned queued;
	unsigned added;	  /* since it was entered */
	unsigned idle;	  /* workers waiting for work */
	unsigned threads; /* workers that have not left */
	unsigned hung;	  /* of them, past the deadline: set by the watch */
	unsigned retired; /* workers that gave up, ever */
	unsigned
	    leaving;	/* workers whose threads have not ended: the watch's */
	uint64_t taken; /* strands ever taken from the queue */
	bool watch_asleep;
	bool stopping;
	bool complained; /* that a spare cannot be had */
	struct worker *workers;
	struct thread watch;
	struct pool_config config;
	_Atomic int64_t deadline;
	char name[12];
	/* All who post look at it, so it is not beside what changes often. */
	char apart[64];
	/* Of the last job posted in order, even; written under the lock. */
	_Atomic uint64_t number;
};

/* As many workers as strands were added since pool_enter(), and the watch. */
void pool_wake(struct pool *pool);
/* The lock is held. */
void pool_wake_watch(struct pool *pool);

#endif
