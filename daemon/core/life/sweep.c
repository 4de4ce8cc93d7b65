/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.c: owns the sweeps under way. A sweep has no thread: its visits drive
 * it, each posting itself to the next instance when it is done with one, and
 * the last one to find no further instance begins the next phase or ends it.
 *
 * The position is under the core's lock; the number of visits under way is an
 * atomic, in which whoever starts a phase holds one of its own.
 */
#include "core/life/sweep.h"

#include <stdlib.h>

#include "base/memory.h"
#include "core/callback/frame.h"
#include "core/hook/hook_run.h"
#include "core/object/table.h"

/* First visits posted in one go, while the core's lock is held. */
#define SWEEP_BATCH 64

struct visit {
	struct job job;
	struct sweep *sweep;
};

struct sweep {
	const struct sweep_kind *kind;
	void *subject;
	core_done_fn done;
	void *arg;
	bool may_be_inside;
	netid_t first, last;
	netid_t position; /* core's lock: the last instance visited */
	netid_t inside;	  /* visited at once in this phase, or -1 */
	unsigned phase;
	_Atomic unsigned under_way;
	unsigned room; /* of visits */
	struct visit visits[];
};

static void sweep_phase(struct sweep *sweep);
static enum job_result visit_run(struct job *job, struct strand *strand);

/*
 * Posts a visit to the next instance; false when there is none. The core's lock
 * is held, so the instance is there, and they are visited in the order of their
 * ids; the pool is entered.
 */
static bool
sweep_post_next(struct sweep *sweep, struct visit *visit)
{
	struct instance *instance = table_next(sweep->position);

	lock_assert_held(&core.lock);
	if (instance != NULL && instance->id == sweep->inside)
		instance = table_next(instance->id);
	if (instance == NULL || instance->id > sweep->last) {
		sweep->position = sweep->last;
		return false;
	}
	sweep->position = instance->id;
	strand_post_in_order(&instance->strand, &visit->job);
	return true;
}

static void
sweep_finish(void *subject)
{
	struct sweep *sweep = subject;
	core_done_fn done = sweep->done;
	void *arg = sweep->arg;

	if (sweep->kind->finish != NULL)
		sweep->kind->finish(sweep->subject);
	free(sweep);
	if (done != NULL)
		done(arg, 0);
}

static void
sweep_end(struct sweep *sweep)
{
	struct hook_drain drain = {0};

	if (sweep->kind->name_drain != NULL)
		sweep->kind->name_drain(sweep->subject, &drain);
	hook_run_after(&drain, sweep_finish, sweep);
}

/* One less under way; the last one goes on with the sweep. */
static void
sweep_leave(struct sweep *sweep)
{
	if (atomic_fetch_sub(&sweep->under_way, 1) != 1)
		return;
	sweep->phase++;
	if (sweep->phase < ARRAY_LENGTH(sweep->kind->phases) &&
	    sweep->kind->phases[sweep->phase] != NULL)
		sweep_phase(sweep);
	else
		sweep_end(sweep);
}

/* Posts the visit to the next instance; whoever is woken looks at the core. */
static bool
visit_go_on(struct visit *visit)
{
	struct sweep *sweep = visit->sweep;
	bool goes_on;

	lock_enter(&core.lock);
	if (sweep->position >= sweep->last) {
		lock_exit(&core.lock);
		return false;
	}
	pool_enter(core.pool);
	goes_on = sweep_post_next(sweep, visit);
	lock_exit(&core.lock);
	pool_leave(core.pool);
	return goes_on;
}

static enum job_result
visit_run(struct job *job, struct strand *strand)
{
	struct visit *visit = CONTAINER_OF(job, struct visit, job);
	struct sweep *sweep = visit->sweep;

	if (!sweep->kind->phases[sweep->phase](
		instance_of(strand), sweep->subject))
		return JOB_WAITING;
	/* If it goes on, another worker may have ended the sweep by now. */
	if (!visit_go_on(visit))
		sweep_leave(sweep);
	return JOB_DONE;
}

/* Posts some of the first visits; false when there is no more to post. */
static bool
sweep_post_batch(struct sweep *sweep, unsigned *used)
{
	unsigned stop = *used + SWEEP_BATCH;
	bool more = true;

	lock_enter(&core.lock);
	pool_enter(core.pool);
	while (more && *used < sweep->room && *used < stop) {
		(void)atomic_fetch_add(&sweep->under_way, 1);
		more = sweep_post_next(sweep, &sweep->visits[*used]);
		if (more)
			(*used)++;
		else
			(void)atomic_fetch_sub(&sweep->under_way, 1);
	}
	lock_exit(&core.lock);
	pool_leave(core.pool);
	return more && *used < sweep->room;
}

/* Runs in whichever thread ended the phase before. */
static void
sweep_phase(struct sweep *sweep)
{
	const struct frame *frame = frame_current();
	unsigned used = 0;

	sweep->position = sweep->first - 1;
	sweep->inside = -1;
	atomic_store(&sweep->under_way, 1);
	if (sweep->may_be_inside && frame != NULL && frame->instance != NULL &&
	    frame->instance->id >= sweep->first &&
	    frame->instance->id <= sweep->last) {
		/* The callback's own instance at once. */
		(void)atomic_fetch_add(&sweep->under_way, 1);
		sweep->inside = frame->instance->id;
		strand_run_inside(
		    &frame->instance->strand, &sweep->visits[0].job);
		used = 1;
	}
	while (sweep_post_batch(sweep, &used))
		;
	sweep_leave(sweep);
}

void
sweep_start(const struct sweep_kind *kind, bool inside, netid_t first,
    netid_t last, void *subject, core_done_fn done, void *arg)
{
	struct sweep *sweep;
	size_t room;
	unsigned i;

	lock_enter(&core.lock);
	room = table_count() + 1;
	if (last > table_last_id())
		last = table_last_id();
	lock_exit(&core.lock);
	if (room > SWEEP_VISITS)
		room = SWEEP_VISITS;
	sweep = memory_zalloc(sizeof(*sweep) + room * sizeof(sweep->visits[0]));
	sweep->kind = kind;
	sweep->subject = subject;
	sweep->done = done;
	sweep->arg = arg;
	sweep->may_be_inside = inside;
	sweep->first = first;
	sweep->last = last;
	sweep->room = (unsigned)room;
	for (i = 0; i < room; i++) {
		sweep->visits[i].job.run = visit_run;
		sweep->visits[i].sweep = sweep;
	}
	sweep_phase(sweep);
}
