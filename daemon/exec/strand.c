/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strand.c: owns the queue of one strand, without a lock.
 *
 * Posters push onto the inbox, a stack whose idle state is marked by IDLE.
 * Whoever turns IDLE into something else schedules the strand, so it is in the
 * pool's run queue, or held by one runner, at most once. The runner takes the
 * whole inbox, turns it round into its private queue, and goes idle by putting
 * IDLE back into an empty inbox.
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
	strand->link = NULL;
	atomic_init(&strand->gate, GATE_SHUT);
}

/* Returns true when the strand was idle: the caller has to schedule it. */
static bool
strand_push(struct strand *strand, struct job *job)
{
	struct job *head =
	    atomic_load_explicit(&strand->inbox, memory_order_relaxed);

	do
		job->next = head == IDLE ? NULL : head;
	while (!atomic_compare_exchange_weak_explicit(&strand->inbox, &head,
	    job, memory_order_acq_rel, memory_order_relaxed));
	return head == IDLE;
}

void
strand_post_to_list(
    struct strand *strand, struct job *job, struct strand_list *list)
{
	if (!strand_push(strand, job))
		return;
	strand->class->hold(strand);
	strand->link = NULL;
	if (list->last != NULL)
		list->last->link = strand;
	else
		list->first = strand;
	list->last = strand;
	list->count++;
}

void
strand_post(struct strand *strand, struct job *job)
{
	struct strand_list list = {0};

	strand_post_to_list(strand, job, &list);
	if (list.count > 0)
		pool_schedule(strand->class->pool, &list);
}

void
strand_run_inside(struct strand *strand, struct job *job)
{
	if (job->run(job, strand) == JOB_DONE)
		return;
	job->next = strand->queue;
	strand->queue = job;
}

void
strand_resume(struct strand *strand)
{
	struct strand_list list = {.first = strand, .last = strand, .count = 1};

	if (atomic_exchange(&strand->gate, GATE_OPEN) != GATE_PARKED)
		return;
	atomic_store(&strand->gate, GATE_SHUT);
	strand->link = NULL;
	pool_schedule(strand->class->pool, &list);
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
	if (atomic_compare_exchange_strong(&strand->gate, &gate, GATE_PARKED))
		return false;
	atomic_store(&strand->gate, GATE_SHUT);
	return true;
}

/*
 * What is posted meanwhile waits for the next run, behind the strands that
 * were scheduled before it: so strands made runnable in some order are run in
 * that order, also when one of them was running.
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
		strand->queue = job->next;
		perturb();
		if (job->run(job, strand) == JOB_WAITING &&
		    !strand_park(strand, job))
			return false;
	}
	return !strand_rest(strand);
}
