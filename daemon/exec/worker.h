/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h: private to exec/: one thread of a pool, and the mark by which the
 * pool's watch sees what it is busy with.
 */
#ifndef NETINST_EXEC_WORKER_H
#define NETINST_EXEC_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "exec/pool.h"

struct worker {
	struct worker *next; /* of its pool, newest first */
	struct pool *pool;
	pthread_t thread;
	bool busy;		  /* the pool's lock: runs a strand */
	bool finished;		  /* the pool's lock: left, to be joined */
	bool retired;		  /* only itself: runs no further job */
	_Atomic int64_t reported; /* since of what was reported as overdue */
	_Atomic uint64_t who; /* these five: written by the worker, read by */
	_Atomic uint64_t whose;
	_Atomic int64_t where; /* anyone; worker_read() tells a torn read */
	_Atomic int64_t what;
	_Atomic int64_t since;
};

/* Starts a thread that runs body with all signals blocked; 0 or an errno. */
int worker_start(struct worker *worker, void *(*body)(void *));

/* The thread body says which worker it is. */
void worker_set_current(struct worker *worker);

/* Whether the calling thread is a worker that gave up. */
bool worker_is_retired(void);

/* Reads another worker's mark; false when it is not busy or just changing. */
bool worker_read(struct worker *worker, struct worker_mark *mark);

#endif
