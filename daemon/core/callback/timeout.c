/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeout.c: owns the timeouts of plugins: by number, and a list for each
 * instance, all under one lock. When one is due, its timer posts it to the
 * instance's strand: there it is a callback as any other.
 *
 * A timeout waits for its time, then on the strand, then it runs. Cancelling
 * one takes it off the lists; where its job is on the strand already, that job
 * finds it cancelled and frees it. While it runs it stays listed, so that
 * net_untimeout() on another thread finds what it has to wait for.
 *
 * Whether one may be made is decided under the instance's lock and the
 * timeouts', in which it is listed as well; whoever cancels has set before what
 * forbids it, and takes both. So none comes too late to be cancelled.
 */
#include "core/callback/timeout.h"

#include <errno.h>
#include <stdlib.h>

#include <netinst/plugin.h>
#include <netinst/timeout.h>

#include "base/log.h"
#include "base/memory.h"
#include "core/callback/call.h"
#include "core/object/instance_ext.h"
#include "core/callback/frame.h"
#include "core/object/owner_impl.h"
#include "core/callback/pair_list.h"
#include "exec/timer.h"
#include "lib/clock.h"

/* What is longer counts as that: 146 years. */
#define DURATION_MAX (INT64_MAX / 2)

/* Of a thread that waits for the end of a call; on its stack. */
struct timeout_waiter {
	struct timeout_waiter *next;
	struct completion over;
};

struct timeout {
	struct timer timer;
	net_timeout_t number;
	net_timeout_fn_t fn;
	void *arg;
	int64_t period;	       /* 0: only once */
	struct instance *home; /* borrowed: a timeout does not outlive it */
	struct registrant *registrant; /* that made it, or NULL; borrowed */
	struct owner *owner;	       /* a reference */
	/* The timeouts' lock: */
	bool running;
	bool cancelled;
	struct timeout *next, **link; /* of the instance */
	struct timeout_waiter *waiters;
	UT_hash_handle by_number;
};

static struct {
	struct lock lock;
	struct timeout *by_number;
	net_timeout_t numbers; /* given so far */
	struct timer_clock *clock;
} timeouts = {.lock = LOCK_INITIALIZER(LOCK_TIMEOUTS)};

void
timeout_init(void)
{
	timeouts.clock = timer_clock_create(core.pool);
}

void
timeout_destroy(void)
{
	ASSERT(timeouts.by_number == NULL);
	timer_clock_destroy(timeouts.clock);
	timeouts.clock = NULL;
}

int
timeout_prepare(void)
{
	return timer_clock_start(timeouts.clock);
}

static void
timeout_list(struct timeout *timeout)
{
	struct instance_ext *ext = instance_ext_of(timeout->home);

	timeout->next = ext->timeouts;
	timeout->link = &ext->timeouts;
	if (timeout->next != NULL)
		timeout->next->link = &timeout->next;
	ext->timeouts = timeout;
	(void)atomic_fetch_add(&ext->timeout_count, 1);
	if (timeout->registrant == NULL)
		timeout->owner->timeouts++;
	HASH_ADD(by_number, timeouts.by_number, number, sizeof(timeout->number),
	    timeout);
}

static void
timeout_unlist(struct timeout *timeout)
{
	HASH_DELETE(by_number, timeouts.by_number, timeout);
	if (timeout->registrant == NULL)
		timeout->owner->timeouts--;
	*timeout->link = timeout->next;
	if (timeout->next != NULL)
		timeout->next->link = timeout->link;
	/* Last: the instance may be gone after it. */
	(void)atomic_fetch_sub(
	    &instance_ext_peek(timeout->home)->timeout_count, 1);
}

static void
timeout_free(struct timeout *timeout)
{
	owner_release(timeout->owner);
	free(timeout);
}

/*
 * It is not called any more; the lock is held. The count falls only when the
 * clock cannot post it any more: where it is 0, the instance may end.
 */
static void
timeout_stop(struct timeout *timeout)
{
	bool armed;

	timeout->cancelled = true;
	if (timeout->running)
		return;
	armed = timer_cancel(timeouts.clock, &timeout->timer);
	timeout_unlist(timeout);
	if (armed)
		timeout_free(timeout);
}

/* --- on the strand -------------------------------------------------------- */

static bool
timeout_begin(struct timeout *timeout)
{
	lock_enter(&timeouts.lock);
	timeout->running = !timeout->cancelled;
	lock_exit(&timeouts.lock);
	return timeout->running;
}

/* The first time of its grid that is still to come. */
static int64_t
timeout_next_due(const struct timeout *timeout)
{
	int64_t due = timeout->timer.due, period = timeout->period;
	int64_t late = clock_monotonic() - due;

	return due + (late / period + 1) * period;
}

/* It is armed again, or over; false: over. */
static bool
timeout_goes_on(struct timeout *timeout)
{
	struct timeout_waiter *waiter, *next;
	bool again;

	lock_enter(&timeouts.lock);
	timeout->running = false;
	again = timeout->period > 0 && !timeout->cancelled;
	if (again)
		(void)timer_arm(
		    timeouts.clock, &timeout->timer, timeout_next_due(timeout));
	else
		timeout_unlist(timeout);
	for (waiter = timeout->waiters; waiter != NULL; waiter = next) {
		next = waiter->next;
		completion_finish(&waiter->over, 0);
	}
	lock_exit(&timeouts.lock);
	return again;
}

static void
timeout_call_function(void *arg)
{
	struct timeout *timeout = arg;

	timeout->fn(timeout->home->id, timeout->arg);
}

static void
timeout_call(struct timeout *timeout)
{
	struct instance *home = timeout->home;
	struct frame frame;

	pair_close_gaps(home);
	frame_enter(&frame, home, timeout->registrant, timeout->owner,
	    CALLBACK_TIMEOUT);
	(void)frame_call(timeout_call_function, timeout);
	frame_leave(&frame, false);
}

static enum job_result
timeout_run(struct job *job, struct strand *strand)
{
	struct timeout *timeout = CONTAINER_OF(job, struct timeout, timer.job);
	bool over = true;

	(void)strand;
	if (timeout_begin(timeout)) {
		timeout_call(timeout);
		over = !timeout_goes_on(timeout);
	}
	if (over)
		timeout_free(timeout);
	return JOB_DONE;
}

static bool
is_of(const struct timeout *timeout, const struct registrant *registrant,
    const struct owner *owner)
{
	if (registrant != NULL)
		return timeout->registrant == registrant;
	return owner == NULL ||
	       (timeout->registrant == NULL && timeout->owner == owner);
}

/* Any thread; under the instance's lock the number does not rise. */
static unsigned
timeout_count(const struct instance *instance)
{
	struct instance_ext *ext = instance_ext_peek(instance);

	return ext != NULL ? atomic_load(&ext->timeout_count) : 0;
}

void
timeout_cancel(struct instance *instance, const struct registrant *registrant,
    const struct owner *owner)
{
	struct timeout *timeout, *next;

	lock_enter(&instance->lock);
	/* Few instances have any. */
	if (timeout_count(instance) > 0) {
		lock_enter(&timeouts.lock);
		timeout = instance_ext_peek(instance)->timeouts;
		for (; timeout != NULL; timeout = next) {
			next = timeout->next;
			if (is_of(timeout, registrant, owner))
				timeout_stop(timeout);
		}
		lock_exit(&timeouts.lock);
	}
	lock_exit(&instance->lock);
}

bool
timeout_has_any(const struct owner *owner)
{
	bool any;

	lock_enter(&timeouts.lock);
	any = owner->timeouts > 0;
	lock_exit(&timeouts.lock);
	return any;
}

/* --- the documented functions --------------------------------------------- */

/*
 * Inside a callback there, the instance is in shutdown when the strand has got
 * that far; elsewhere, as soon as it was asked for.
 */
static bool
is_past_shutdown(const struct instance *instance)
{
	if (frame_is_inside(instance))
		return instance->stage > STAGE_ACTIVE;
	return instance->state > INSTANCE_ACTIVE;
}

/* A registrant that has no pair there may have one later. */
static const char *
registrant_refusal(
    struct instance *instance, const struct registrant *registrant)
{
	const struct pair *pair = pair_find(instance, registrant);

	if (pair == NULL)
		return atomic_load(&registrant->leaving)
			   ? "who makes it is leaving"
			   : NULL;
	switch ((enum pair_state)atomic_load(&pair->state)) {
	case PAIR_CREATING:
	case PAIR_ACTIVE:
		return NULL;
	case PAIR_FAILED:
		return "its registrant's create failed there";
	case PAIR_SHUTTING_DOWN:
	case PAIR_DOWN:
	case PAIR_DESTROYING:
		break;
	}
	return "its registrant is in or past shutdown there";
}

/* Why it cannot be made there, or NULL; both locks are held. */
static const char *
timeout_refusal(const struct timeout *timeout)
{
	struct instance *home = timeout->home;

	if (is_past_shutdown(home))
		return "the instance is in or past shutdown";
	if (timeout_count(home) >= TIMEOUTS_MAX)
		return "there are too many on the instance";
	if (timeout->registrant != NULL)
		return registrant_refusal(home, timeout->registrant);
	return owner_is_retired(timeout->owner) ? "who makes it is leaving"
						: NULL;
}

/* Lists and arms it; or says why not. */
static const char *
timeout_start(struct timeout *timeout, int64_t duration, net_timeout_t *number)
{
	struct instance *home = timeout->home;
	const char *refusal;

	lock_enter(&home->lock);
	lock_enter(&timeouts.lock);
	refusal = timeout_refusal(timeout);
	if (refusal == NULL && timer_arm(timeouts.clock, &timeout->timer,
				   clock_monotonic() + duration) != 0)
		refusal = "no thread can be had for it";
	if (refusal == NULL) {
		/* From here on it may run as soon as the lock is left. */
		*number = timeout->number = ++timeouts.numbers;
		timeout_list(timeout);
	}
	lock_exit(&timeouts.lock);
	lock_exit(&home->lock);
	return refusal;
}

static int64_t
duration_of(uint64_t milliseconds)
{
	return milliseconds < DURATION_MAX / NS_PER_MS
		   ? (int64_t)milliseconds * NS_PER_MS
		   : DURATION_MAX;
}

static net_timeout_t
timeout_make(netid_t id, int64_t duration, int64_t period, net_timeout_fn_t fn,
    void *arg, struct owner *owner)
{
	struct instance *home = instance_find(id);
	struct timeout *timeout;
	const char *refusal = NULL;
	net_timeout_t number = 0;

	if (fn == NULL)
		refusal = "there is no function to call";
	else if (home == NULL)
		refusal = "there is no such instance";
	if (refusal == NULL) {
		timeout = memory_alloc(sizeof(*timeout));
		*timeout = (struct timeout){
		    .timer = {.job.run = timeout_run, .strand = &home->strand},
		    .fn = fn,
		    .arg = arg,
		    .period = period,
		    .home = home,
		    .registrant = registrant_of_caller(),
		    .owner = owner,
		};
		owner_hold(owner);
		refusal = timeout_start(timeout, duration, &number);
		if (refusal != NULL)
			timeout_free(timeout);
	}
	if (refusal != NULL)
		owner_complain(owner, "a timeout on instance %d refused: %s",
		    (int)id, refusal);
	if (home != NULL)
		instance_release(home);
	return number;
}

NETINST_EXPORT net_timeout_t
net_timeout(netid_t id, uint64_t milliseconds, net_timeout_fn_t fn, void *arg)
{
	return timeout_make(id, duration_of(milliseconds), 0, fn, arg,
	    owner_of_caller(__builtin_return_address(0)));
}

NETINST_EXPORT net_timeout_t
net_timeout_every(
    netid_t id, uint64_t milliseconds, net_timeout_fn_t fn, void *arg)
{
	int64_t period = duration_of(milliseconds > 0 ? milliseconds : 1);

	return timeout_make(id, period, period, fn, arg,
	    owner_of_caller(__builtin_return_address(0)));
}

/*
 * Cancels it, if there is something to cancel: 0 or ESRCH. When it runs, waiter
 * (unless NULL) hears of the end, and *waits is set.
 */
static int
timeout_undo(net_timeout_t number, struct timeout_waiter *waiter, bool *waits)
{
	struct timeout *timeout;
	int error = ESRCH;

	*waits = false;
	lock_enter(&timeouts.lock);
	HASH_FIND(
	    by_number, timeouts.by_number, &number, sizeof(number), timeout);
	if (timeout != NULL) {
		if (!timeout->cancelled &&
		    (!timeout->running || timeout->period > 0))
			error = 0;
		*waits = timeout->running && waiter != NULL;
		if (*waits) {
			waiter->next = timeout->waiters;
			timeout->waiters = waiter;
		}
		timeout_stop(timeout);
	}
	lock_exit(&timeouts.lock);
	return error;
}

/*
 * Inside a callback of its instance it cannot run, but further up the stack;
 * inside one of another, or a hook, waiting for it might be for ever.
 */
NETINST_EXPORT int
net_untimeout(net_timeout_t number)
{
	bool may_wait = frame_current() == NULL, waits;
	struct timeout_waiter waiter;
	int error;

	completion_init(&waiter.over);
	error = timeout_undo(number, may_wait ? &waiter : NULL, &waits);
	if (!waits)
		completion_finish(&waiter.over, 0);
	(void)completion_wait(&waiter.over);
	return error;
}
