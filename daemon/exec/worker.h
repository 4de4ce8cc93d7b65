/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h: private to exec/: one thread of a pool, and the mark by which the
 * pool's watch sees what it is busy with.
 */
#ifndef NETINST_EXEC_WORKER_H
#define NETINST_EXEC_WORKER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "exec/pool.h"
#include "exec/thread.h"

/* Where one mark is published. */
struct worker_slot {
	_Atomic uint64_t serial; /* of the mark, never used again; 0: none */
	_Atomic uint64_t who;	 /* these: written by the worker, read by */
	_Atomic uint64_t whose;	 /* anyone; worker_read() tells a torn read */
	_Atomic int64_t where;
	_Atomic int64_t what;
	_Atomic int64_t since;
	uint64_t reported; /* only the watch: serial of the last it reported */
};

struct worker {
	struct worker *next; /* of its pool, newest first */
	struct pool *pool;
	struct thread thread;
	bool busy;	 /* the pool's lock: runs a strand */
	bool finished;	 /* the pool's lock: left, to be joined */
	int64_t left;	 /* the pool's lock: when */
	bool retired;	 /* only itself: runs no further job */
	unsigned level;	 /* only itself: marks that it is in */
	uint64_t serial; /* only itself: of its newest mark */
	struct worker_slot marks[WORKER_MARKS_MAX]; /* outermost first */
};

/*
 * For the calling thread, which runs plugin code: no signal is blocked, for
 * programs that it starts inherit that; and a handler has a stack of its own.
 * Afterwards it has again what it had before.
 */
void worker_allow_signals(void);
void worker_take_stack(stack_t *before);
void worker_leave_stack(const stack_t *before);

/* The thread body says which worker it is; NULL: none any more. */
void worker_set_current(struct worker *worker);

/* Whether the calling thread is a worker that gave up. */
bool worker_is_retired(void);

/*
 * Reads what another worker has marked at a level; 0 when that is nothing, not
 * watched or just changing, else the mark's serial number.
 */
uint64_t worker_read(
    struct worker *worker, unsigned level, struct worker_mark *mark);

#endif
