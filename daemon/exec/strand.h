/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strand.h: a serial queue of jobs.
 *
 * Motivation: everything that changes an instance must happen one at a time
 * and in order, while different instances run in parallel. A strand runs its
 * jobs one after the other, in the order they were posted, on whichever worker
 * of its pool is free. There is nothing to lock and nothing to wait for: what
 * only jobs of one strand touch needs no protection at all.
 *
 * A job that has to wait for something outside returns JOB_WAITING: the strand
 * stands still, without a worker, until strand_resume(); then the same job
 * runs again. A resume that comes before the job has returned is not lost.
 *
 * Jobs are intrusive: embed struct job, post it, free it in run() just before
 * returning JOB_DONE. Strands are embedded too: while one is not idle it holds
 * a reference on what it is embedded in, so a job needs none of its own.
 */
#ifndef NETINST_EXEC_STRAND_H
#define NETINST_EXEC_STRAND_H

#include <stdbool.h>
#include <stdint.h>

struct pool;
struct strand;
struct job;

enum job_result {
	JOB_DONE,   /* the job is over, its memory no longer the strand's */
	JOB_WAITING /* run again after strand_resume() */
};

struct job {
	struct job *next;
	enum job_result (*run)(struct job *job, struct strand *strand);
	uint64_t number; /* when it was posted; see pool.h */
};

/* What strands of one kind share. */
struct strand_class {
	struct pool *pool;
	void (*hold)(struct strand *strand);	/* it stops being idle */
	void (*release)(struct strand *strand); /* it became idle; may free */
};

struct strand {
	const struct strand_class *class;
	_Atomic(struct job *) inbox; /* newest first, or the mark for idle */
	struct job *queue;	     /* oldest first; only its runner */
	struct strand *link, *child; /* the pool's: see queue.c */
	uint64_t number;	     /* its place there: of the oldest job */
	uint64_t arrival;	     /* among those with the same */
	_Atomic int gate;	     /* of a job that waits; see strand.c */
};

/* class: borrowed for the strand's life. */
void strand_init(struct strand *strand, const struct strand_class *class);

/*
 * Queues a job. Any thread that holds a reference of its own; takes at most
 * the pool's lock.
 */
void strand_post(struct strand *strand, struct job *job);

/* The same between pool_enter() and pool_leave(). */
void strand_post_more(struct strand *strand, struct job *job);

/*
 * Likewise, where the order of the strands matters: such a job is not run
 * before one that was posted in order earlier, to whichever strand, unless that
 * one's strand is held up: run by another worker, or waiting for a resume.
 */
void strand_post_in_order(struct strand *strand, struct job *job);

/*
 * Runs a job at once, inside another job of the same strand. When it has to
 * wait, it stands first in the queue once the outer job is over. Only the
 * strand's runner.
 */
void strand_run_inside(struct strand *strand, struct job *job);

/* Lets the job that returned (or is about to return) JOB_WAITING run again. */
void strand_resume(struct strand *strand);

/*
 * For a pool's worker: runs up to budget jobs, or until one of them has retired
 * the worker, or the next one has to let another strand go first. Returns true
 * when the strand is still runnable and has to be scheduled again. The strand
 * may be gone when this returns false.
 */
bool strand_run(struct strand *strand, unsigned budget);

#endif
