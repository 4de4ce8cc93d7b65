/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strand.c: owns the queue of one strand, without a lock.
 *
 * Posters push onto the inbox, a stack whose idle state is marked by IDLE.
 * Whoever turns IDLE into something else has entered the pool and adds the
 * strand, so it is in the pool's run queue, or held by one runner, exactly once
 * whenever anybody finds it not idle, and waits for nothing. The runner takes
 * the whole inbox, turns it round into its private queue, and goes idle by
 * putting IDLE back into an empty inbox.
 *
 * The gate settles the race between a job that decides to wait and the resume
 * that answers it: SHUT -> OPEN by a resume that was early, SHUT -> PARKED by a
 * runner that left; a resume that finds PARKED schedules the strand.
 */
#include "exec/strand.h"

#include <stdatomic.h>
#include <stddef.h>

#include "base/perturb.h"
#include "exec/pool.h"
#include "exec/worker.h"

enum { GATE_SHUT, GATE_OPEN, GATE_PARKED };

static struct job idle_mark;
#define IDLE (&idle_mark)

void
strand_init(struct strand *strand, const struct strand_class *class)
{
	strand->class = class;
	atomic_init(&strand->inbox, IDLE);
	strand->queue = NULL;
	strand->link = strand->child = NULL;
	atomic_init(&strand->gate, GATE_SHUT);
}

/* Behind what is there; false: the strand is idle. */
static bool
strand_push(struct strand *strand, struct job *job)
{
	struct job *head =
	    atomic_load_explicit(&strand->inbox, memory_order_relaxed);

	do {
		if (head == IDLE)
			return false;
		job->next = head;
	} while (!atomic_compare_exchange_weak_explicit(&strand->inbox, &head,
	    job, memory_order_acq_rel, memory_order_relaxed));
	return true;
}

/*
 * The pool is entered, so that the strand is in its queue before anybody posts
 * to it, or anything in order, that finds it not idle.
 */
static void
strand_put(struct strand *strand, struct job *job)
{
	if (strand_push(strand, job))
		return;
	job->next = NULL;
	strand->class->hold(strand);
	/* By an exchange: what the last runner did is before the next. */
	(void)atomic_exchange_explicit(
	    &strand->inbox, job, memory_order_acq_rel);
	strand->number = job->number;
	pool_add(strand->class->pool, strand);
}

void
strand_post(struct strand *strand, struct job *job)
{
	struct pool *pool = strand->class->pool;

	job->number = pool_number(pool);
	if (strand_push(strand, job))
		return;
	pool_enter(pool);
	strand_put(strand, job);
	pool_leave(pool);
}

void
strand_post_more(struct strand *strand, struct job *job)
{
	job->number = pool_number(strand->class->pool);
	strand_put(strand, job);
}

void
strand_post_in_order(struct strand *strand, struct job *job)
{
	job->number = pool_number_next(strand->class->pool);
	strand_put(strand, job);
}

void
strand_run_inside(struct strand *strand, struct job *job)
{
	if (job->run(job, strand) == JOB_DONE)
		return;
	job->number = pool_number(strand->class->pool);
	job->next = strand->queue;
	strand->queue = job;
}

void
strand_resume(struct strand *strand)
{
	struct pool *pool = strand->class->pool;

	if (atomic_exchange(&strand->gate, GATE_OPEN) != GATE_PARKED)
		return;
	atomic_store(&strand->gate, GATE_SHUT);
	pool_enter(pool);
	pool_add(pool, strand);
	pool_leave(pool);
}

/* Takes the inbox, which is not empty, into the empty queue. */
static void
strand_refill(struct strand *strand)
{
	struct job *newest = atomic_exchange(&strand->inbox, NULL), *next;

	for (; newest != NULL; newest = next) {
		next = newest->next;
		newest->next = strand->queue;
		strand->queue = newest;
	}
}

/* Goes idle, unless there is something to do; the strand may be gone then. */
static bool
strand_rest(struct strand *strand)
{
	struct job *empty = NULL;

	if (strand->queue != NULL ||
	    !atomic_compare_exchange_strong(&strand->inbox, &empty, IDLE))
		return false;
	strand->class->release(strand);
	return true;
}

/* Returns false when the strand now stands still until a resume. */
static bool
strand_park(struct strand *strand, struct job *job)
{
	int gate = GATE_SHUT;

	job->next = strand->queue;
	strand->queue = job;
	strand->number = job->number;
	if (atomic_compare_exchange_strong(&strand->gate, &gate, GATE_PARKED))
		return false;
	atomic_store(&strand->gate, GATE_SHUT);
	return true;
}

/* Whether a job that is not the first of a run may be run now. */
static bool
strand_may_go_on(const struct strand *strand, const struct job *job)
{
	return !pool_is_in_order(job->number) ||
	       job->number == strand->number ||
	       !pool_has_before(strand->class->pool, job->number);
}

/*
 * What is posted meanwhile waits for the next run, for which the strand queues
 * by its oldest job: behind the strands that had something to do before that
 * was posted, and before all others. So jobs that were posted in some order are
 * run in that order, also where their strands were running.
 */
bool
strand_run(struct strand *strand, unsigned budget)
{
	struct job *job;

	if (strand->queue == NULL)
		strand_refill(strand);
	for (; budget > 0 && strand->queue != NULL && !worker_is_retired();
	     budget--) {
		job = strand->queue;
		if (!strand_may_go_on(strand, job))
			break;
		strand->queue = job->next;
		perturb();
		if (job->run(job, strand) == JOB_WAITING &&
		    !strand_park(strand, job))
			return false;
	}
	if (strand_rest(strand))
		return false;
	if (strand->queue == NULL)
		strand_refill(strand);
	strand->number = strand->queue->number;
	return true;
}
