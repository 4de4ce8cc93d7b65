/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_io.c: the documented functions that keep the queues of I/O kstats and
 * the timers of timer kstats. The memory is the caller's, who holds its
 * ks_lock, so nothing is locked here.
 *
 * A queue's times are brought up to date at each change of its length: the
 * time since the last change counts once towards "there was something in it",
 * and once for each that was in it.
 */
#include <netinst/kstat_io.h>

#include <string.h>

#include <netinst/plugin.h>

#include "core/kstat/kstat_impl.h"
#include "lib/clock.h"

/* One of the two queues of a kstat_io_t. */
struct queue {
	uint_t *count;
	hrtime_t *time, *length_time, *last;
};

static struct queue
wait_queue(kstat_io_t *io)
{
	return (struct queue){
	    &io->wcnt, &io->wtime, &io->wlentime, &io->wlastupdate};
}

static struct queue
run_queue(kstat_io_t *io)
{
	return (struct queue){
	    &io->rcnt, &io->rtime, &io->rlentime, &io->rlastupdate};
}

static void
queue_add_open(const struct queue *queue, hrtime_t now)
{
	hrtime_t passed = now - *queue->last;

	if (*queue->count == 0 || passed <= 0)
		return;
	*queue->time += passed;
	*queue->length_time += passed * *queue->count;
}

static void
queue_change(const struct queue *queue, hrtime_t now, int change)
{
	queue_add_open(queue, now);
	*queue->last = now;
	*queue->count += (uint_t)change;
}

static void
queue_enter(struct queue queue)
{
	queue_change(&queue, clock_monotonic(), 1);
}

/* Moves one from a queue to the other, or (to NULL) out of it. */
static void
queue_leave(struct queue from, const struct queue *to, const void *caller,
    const char *function)
{
	hrtime_t now = clock_monotonic();

	if (*from.count == 0) {
		kstat_complain(
		    caller, "%s refused: the queue is empty", function);
		return;
	}
	queue_change(&from, now, -1);
	if (to != NULL)
		queue_change(to, now, 1);
}

NETINST_EXPORT void
kstat_waitq_enter(kstat_io_t *io)
{
	queue_enter(wait_queue(io));
}

NETINST_EXPORT void
kstat_runq_enter(kstat_io_t *io)
{
	queue_enter(run_queue(io));
}

NETINST_EXPORT void
kstat_waitq_exit(kstat_io_t *io)
{
	queue_leave(
	    wait_queue(io), NULL, __builtin_return_address(0), __func__);
}

NETINST_EXPORT void
kstat_runq_exit(kstat_io_t *io)
{
	queue_leave(run_queue(io), NULL, __builtin_return_address(0), __func__);
}

NETINST_EXPORT void
kstat_waitq_to_runq(kstat_io_t *io)
{
	const struct queue run = run_queue(io);

	queue_leave(
	    wait_queue(io), &run, __builtin_return_address(0), __func__);
}

NETINST_EXPORT void
kstat_runq_back_to_waitq(kstat_io_t *io)
{
	const struct queue wait = wait_queue(io);

	queue_leave(
	    run_queue(io), &wait, __builtin_return_address(0), __func__);
}

void
kstat_io_add_open(kstat_io_t *copy, hrtime_t now)
{
	const struct queue wait = wait_queue(copy), run = run_queue(copy);

	queue_add_open(&wait, now);
	queue_add_open(&run, now);
}

/* --- timers --------------------------------------------------------------- */

NETINST_EXPORT void
kstat_timer_init(kstat_timer_t *timer, const char *name)
{
	memset(timer, 0, sizeof(*timer));
	kstat_copy_name(timer->name, name != NULL ? name : "");
}

NETINST_EXPORT void
kstat_timer_start(kstat_timer_t *timer)
{
	timer->start_time = clock_monotonic();
}

NETINST_EXPORT void
kstat_timer_stop(kstat_timer_t *timer)
{
	hrtime_t passed;

	timer->stop_time = clock_monotonic();
	passed = timer->stop_time - timer->start_time;
	timer->elapsed_time += passed;
	if (timer->num_events == 0 || passed < timer->min_time)
		timer->min_time = passed;
	if (passed > timer->max_time)
		timer->max_time = passed;
	timer->num_events++;
}
