/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timer.c: owns the queue of one clock, a binary heap that knows where each
 * timer stands, and the thread that empties it, both under the clock's lock.
 * That is held while jobs are posted, too: so a timer is either armed or
 * posted, and whoever cancels it knows which.
 */
#include "exec/timer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/memory.h"
#include "exec/pool.h"
#include "exec/thread.h"
#include "lib/clock.h"

/* Jobs posted before those who arm and cancel get their turn. */
#define TIMER_BATCH 64
/* Room of the queue that is kept when it is empty. */
#define TIMER_ROOM 64

struct timer_clock {
	struct lock lock;
	struct condition earlier; /* the first is due before it was thought */
	struct timer **heap;	  /* [1] is the first that is due */
	size_t count, room;
	uint64_t orders; /* given so far */
	bool runs;	 /* there is a thread */
	bool stopping;
	struct thread thread;
	struct pool *pool;
};

static bool
timer_is_before(const struct timer *a, const struct timer *b)
{
	return a->due < b->due || (a->due == b->due && a->order < b->order);
}

static void
timer_put(struct timer_clock *clock, struct timer *timer, size_t slot)
{
	clock->heap[slot] = timer;
	timer->slot = slot;
}

/* Puts it in a free slot, or further up, where it belongs. */
static void
timer_rise(struct timer_clock *clock, struct timer *timer, size_t slot)
{
	for (; slot > 1 && timer_is_before(timer, clock->heap[slot / 2]);
	     slot /= 2)
		timer_put(clock, clock->heap[slot / 2], slot);
	timer_put(clock, timer, slot);
}

/* Puts it in a free slot, or further down, where it belongs. */
static void
timer_sink(struct timer_clock *clock, struct timer *timer, size_t slot)
{
	size_t child;

	while ((child = slot * 2) <= clock->count) {
		if (child < clock->count &&
		    timer_is_before(clock->heap[child + 1], clock->heap[child]))
			child++;
		if (timer_is_before(timer, clock->heap[child]))
			break;
		timer_put(clock, clock->heap[child], slot);
		slot = child;
	}
	timer_put(clock, timer, slot);
}

static void
timer_set_room(struct timer_clock *clock, size_t room)
{
	clock->heap =
	    memory_resize(clock->heap, room + 1, sizeof(clock->heap[0]));
	clock->room = room;
}

static void
timer_add(struct timer_clock *clock, struct timer *timer)
{
	if (clock->count == clock->room)
		timer_set_room(
		    clock, clock->room > 0 ? clock->room * 2 : TIMER_ROOM);
	clock->count++;
	timer_rise(clock, timer, clock->count);
}

/* The last one takes its slot, and goes where it belongs from there. */
static void
timer_remove(struct timer_clock *clock, struct timer *timer)
{
	struct timer *last = clock->heap[clock->count--];
	size_t slot = timer->slot;

	ASSERT(clock->heap[slot] == timer);
	timer->slot = 0;
	if (last != timer && timer_is_before(last, timer))
		timer_rise(clock, last, slot);
	else if (last != timer)
		timer_sink(clock, last, slot);
	if (clock->room > TIMER_ROOM && clock->count < clock->room / 4)
		timer_set_room(clock, clock->room / 2);
}

/* Posts what is due now, or some of it. */
static void
timer_post_due(struct timer_clock *clock)
{
	int64_t now = clock_monotonic();
	struct timer *timer;

	pool_enter(clock->pool);
	for (unsigned i = 0; i < TIMER_BATCH && clock->count > 0; i++) {
		timer = clock->heap[1];
		if (timer->due > now)
			break;
		timer_remove(clock, timer);
		strand_post_more(timer->strand, &timer->job);
	}
	pool_leave(clock->pool);
}

static void
timer_run(void *arg)
{
	struct timer_clock *clock = arg;

	lock_enter(&clock->lock);
	while (!clock->stopping) {
		if (clock->count == 0)
			condition_wait(&clock->earlier, &clock->lock);
		else if (clock->heap[1]->due > clock_monotonic())
			(void)condition_wait_until(
			    &clock->earlier, &clock->lock, clock->heap[1]->due);
		else
			timer_post_due(clock);
		/* Whoever waits for the lock is to have it now and then. */
		lock_exit(&clock->lock);
		lock_enter(&clock->lock);
	}
	lock_exit(&clock->lock);
}

struct timer_clock *
timer_clock_create(struct pool *pool)
{
	struct timer_clock *clock = memory_zalloc(sizeof(*clock));

	lock_init(&clock->lock, LOCK_TIMERS);
	condition_init(&clock->earlier);
	clock->pool = pool;
	return clock;
}

void
timer_clock_destroy(struct timer_clock *clock)
{
	ASSERT(clock->count == 0);
	lock_enter(&clock->lock);
	clock->stopping = true;
	condition_signal(&clock->earlier);
	lock_exit(&clock->lock);
	if (clock->runs)
		thread_join(&clock->thread);
	condition_destroy(&clock->earlier);
	lock_destroy(&clock->lock);
	free(clock->heap);
	free(clock);
}

/* The lock is held; 0 or a negative errno. */
static int
timer_need_thread(struct timer_clock *clock)
{
	int error = 0;

	if (!clock->runs)
		error = thread_start(&clock->thread, "timer", timer_run, clock);
	clock->runs = error == 0;
	return error;
}

int
timer_clock_start(struct timer_clock *clock)
{
	int error;

	lock_enter(&clock->lock);
	error = timer_need_thread(clock);
	lock_exit(&clock->lock);
	return error;
}

int
timer_arm(struct timer_clock *clock, struct timer *timer, int64_t due)
{
	int error;

	lock_enter(&clock->lock);
	ASSERT(timer->slot == 0 && !clock->stopping);
	error = timer_need_thread(clock);
	if (error == 0) {
		timer->due = due;
		timer->order = ++clock->orders;
		timer_add(clock, timer);
		if (timer->slot == 1)
			condition_signal(&clock->earlier);
	}
	lock_exit(&clock->lock);
	return error;
}

bool
timer_cancel(struct timer_clock *clock, struct timer *timer)
{
	bool armed;

	lock_enter(&clock->lock);
	armed = timer->slot != 0;
	if (armed)
		timer_remove(clock, timer);
	lock_exit(&clock->lock);
	return armed;
}
