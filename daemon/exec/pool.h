/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h: the threads that run strands.
 *
 * A pool has a fixed number of workers and one run queue: strands stand in it
 * by the number of their oldest job, those with the same first in first out.
 * Code that may take its time, or never come back, is run between
 * worker_begin() and worker_end(). A watch thread looks after the workers
 * while there is work: when runnable strands stand waiting and no worker gets
 * on, it adds a spare one (up to a limit), so a hung callback never starves
 * the others; what runs past the deadline it reports, once. It also replaces
 * workers that gave up (worker_retire()).
 */
#ifndef NETINST_EXEC_POOL_H
#define NETINST_EXEC_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "exec/strand.h"

struct pool;

/* What a worker is doing, in the words of whoever gave it the work. */
struct worker_note {
	uint64_t who;
	uint64_t whose;
	int64_t where;
	int64_t what;
};

/*
 * Told, on the watch thread, that a worker has been busy with note for
 * elapsed nanoseconds, which is past the deadline. Once per mark, outer ones
 * first. No pool lock is held.
 */
typedef void (*pool_overdue_fn)(
    const struct worker_note *note, int64_t elapsed);

struct pool_config {
	const char *name;	 /* of its threads, at most 8 bytes; copied */
	unsigned workers;	 /* at least 1 */
	unsigned spares;	 /* how many may be added while others hang */
	int64_t deadline;	 /* nanoseconds; 0: none */
	pool_overdue_fn overdue; /* may be NULL */
};

struct pool_status {
	unsigned workers; /* threads now, spares included */
	unsigned busy;	  /* of them, running a strand */
	unsigned hung;	  /* of them, past the deadline */
	unsigned queued;  /* strands waiting for a worker */
	unsigned retired; /* workers that gave up, since the start */
};

/* Starts the threads. Returns NULL, with errno, when they cannot be had. */
struct pool *pool_create(const struct pool_config *config);

/*
 * Waits until every queued strand has run dry and every worker has returned,
 * then ends the threads and frees the pool. The caller sees to it that nothing
 * is posted any more.
 */
void pool_destroy(struct pool *pool);

/* Also for what runs already. Any thread. */
void pool_set_deadline(struct pool *pool, int64_t deadline);

/*
 * For strands. Between enter and leave no other thread adds or takes a strand,
 * and the calling one may add some: what is to be run, with its number. Any
 * thread; this is the pool's lock.
 */
void pool_enter(struct pool *pool);
void pool_add(struct pool *pool, struct strand *strand);
void pool_leave(struct pool *pool);

/*
 * Numbers of jobs. Of those posted in order each has its own (next: with the
 * pool entered); the others that of the last such one, or a little more: so
 * they cost no more than a look at a number that seldom changes.
 */
uint64_t pool_number(const struct pool *pool);
uint64_t pool_number_next(struct pool *pool);
bool pool_is_in_order(uint64_t number);

/* Whether a strand is queued whose number is less. Takes the lock. */
bool pool_has_before(struct pool *pool, uint64_t number);

void pool_read_status(struct pool *pool, struct pool_status *status);

struct pool_overdue {
	struct worker_note note;
	int64_t elapsed; /* nanoseconds */
};

/* Fills list with what is past the deadline now; returns how many, <= max. */
unsigned pool_read_overdue(
    struct pool *pool, struct pool_overdue *list, unsigned max);

/* What the calling worker does, and since when (clock_monotonic). */
struct worker_mark {
	struct worker_note note;
	int64_t since; /* 0: it is not watched */
};

/*
 * Marks what the calling worker starts to do, until worker_end() with the level
 * that was returned. Marks nest; of each worker the outermost WORKER_MARKS_MAX
 * are watched. worker_end() also ends those that were begun inside and not
 * ended. On a thread that is no worker both do nothing.
 */
#define WORKER_MARKS_MAX 8
unsigned worker_begin(const struct worker_mark *mark);
void worker_end(unsigned level);

/*
 * The calling worker is not to be used any more: it leaves its pool after the
 * job that it runs, and the pool's watch starts another in its place. On a
 * thread that is no worker this does nothing.
 */
void worker_retire(void);

#endif
