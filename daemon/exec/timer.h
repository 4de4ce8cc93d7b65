/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timer.h: jobs that are posted to their strand at a given time.
 *
 * The timers of a clock stand in one queue, ordered by when they are due; those
 * due at the same time by when they were armed. One thread posts them. There is
 * none before the first timer is armed, and it sleeps while none is, so what
 * uses no timers pays nothing for them. Arming and cancelling take O(log n).
 */
#ifndef NETINST_EXEC_TIMER_H
#define NETINST_EXEC_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exec/strand.h"

struct timer_clock;

/* Embed it. The caller sets job.run and strand, and zeroes the rest. */
struct timer {
	struct job job;
	struct strand *strand;
	/* The clock's: */
	int64_t due;
	uint64_t order; /* of arming */
	size_t slot;	/* in the queue, from 1; 0: not armed */
};

/* pool: of the strands; borrowed. */
struct timer_clock *timer_clock_create(struct pool *pool);

/*
 * Starts the thread now: then no timer_arm() does, which may be called where no
 * thread should be made. Any thread. 0 or -EAGAIN.
 */
int timer_clock_start(struct timer_clock *clock);

/* No timer is armed any more. Ends the thread, if there is one. */
void timer_clock_destroy(struct timer_clock *clock);

/*
 * Posts timer->job to timer->strand once clock_monotonic() has reached due (in
 * nanoseconds). The timer is not armed, nor its job posted. Until it is due or
 * cancelled, the caller sees to it that the strand stays. Any thread; takes at
 * most the clock's lock. Returns 0, or -EAGAIN when no thread can be had, which
 * cannot happen again once a timer was armed.
 */
int timer_arm(struct timer_clock *clock, struct timer *timer, int64_t due);

/*
 * True when it was armed and now is not: its job will not be posted. False when
 * it was not armed or its job was posted. Any thread.
 */
bool timer_cancel(struct timer_clock *clock, struct timer *timer);

#endif
