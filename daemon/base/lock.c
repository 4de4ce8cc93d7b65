/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.c: the only place, with exec/, that touches pthread mutexes. Debug
 * builds keep the locks a thread holds in a small thread-local stack.
 */
#include "base/lock.h"

#include <errno.h>
#include <time.h>

#include "base/check.h"
#include "base/perturb.h"
#include "lib/clock.h"

void
lock_init(struct lock *lock, enum lock_rank rank)
{
	int error = pthread_mutex_init(&lock->mutex, NULL);

	ASSERT(error == 0);
	lock->rank = rank;
}

void
lock_destroy(struct lock *lock)
{
	int error = pthread_mutex_destroy(&lock->mutex);

	ASSERT(error == 0);
}

#ifdef NETINST_DEBUG
#define LOCKS_HELD_MAX 8

static _Thread_local const struct lock *held[LOCKS_HELD_MAX];
static _Thread_local unsigned held_count;

static void
held_push(const struct lock *lock)
{
	if (held_count > 0)
		ASSERT(held[held_count - 1]->rank < lock->rank);
	ASSERT(held_count < LOCKS_HELD_MAX);
	held[held_count++] = lock;
}

static void
held_pop(const struct lock *lock)
{
	unsigned i;

	for (i = held_count; i > 0 && held[i - 1] != lock; i--)
		;
	ASSERT(i > 0);
	for (; i < held_count; i++)
		held[i - 1] = held[i];
	held_count--;
}

void
lock_enter(struct lock *lock)
{
	int error;

	perturb_at(__builtin_return_address(0));
	held_push(lock);
	error = pthread_mutex_lock(&lock->mutex);
	ASSERT(error == 0);
}

void
lock_exit(struct lock *lock)
{
	int error = pthread_mutex_unlock(&lock->mutex);

	ASSERT(error == 0);
	held_pop(lock);
	perturb_at(__builtin_return_address(0));
}

void
lock_assert_none_held(void)
{
	ASSERT(held_count == 0);
}

void
lock_assert_held(const struct lock *lock)
{
	unsigned i;

	for (i = 0; i < held_count && held[i] != lock; i++)
		;
	ASSERT(i < held_count);
}
#endif

void
condition_init(struct condition *condition)
{
	pthread_condattr_t attributes;
	int error = pthread_condattr_init(&attributes);

	ASSERT(error == 0);
	error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	ASSERT(error == 0);
	error = pthread_cond_init(&condition->cond, &attributes);
	ASSERT(error == 0);
	(void)pthread_condattr_destroy(&attributes);
}

void
condition_destroy(struct condition *condition)
{
	int error = pthread_cond_destroy(&condition->cond);

	ASSERT(error == 0);
}

void
condition_wait(struct condition *condition, struct lock *lock)
{
	int error, cancel;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	error = pthread_cond_wait(&condition->cond, &lock->mutex);
	(void)pthread_setcancelstate(cancel, NULL);
	ASSERT(error == 0);
	perturb_at(__builtin_return_address(0));
}

bool
condition_wait_until(
    struct condition *condition, struct lock *lock, int64_t deadline)
{
	struct timespec until = {
	    .tv_sec = deadline / NS_PER_SEC,
	    .tv_nsec = deadline % NS_PER_SEC,
	};
	int error, cancel;

	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	error = pthread_cond_timedwait(&condition->cond, &lock->mutex, &until);
	(void)pthread_setcancelstate(cancel, NULL);
	ASSERT(error == 0 || error == ETIMEDOUT);
	perturb_at(__builtin_return_address(0));
	return error == 0;
}

void
condition_signal(struct condition *condition)
{
	perturb_at(__builtin_return_address(0));
	(void)pthread_cond_signal(&condition->cond);
}

void
condition_broadcast(struct condition *condition)
{
	perturb_at(__builtin_return_address(0));
	(void)pthread_cond_broadcast(&condition->cond);
}

void
completion_init(struct completion *completion)
{
	lock_init(&completion->lock, LOCK_COMPLETION);
	condition_init(&completion->condition);
	completion->done = false;
	completion->result = 0;
}

void
completion_finish(struct completion *completion, int result)
{
	lock_enter(&completion->lock);
	ASSERT(!completion->done);
	completion->done = true;
	completion->result = result;
	/* Signalled under the lock: the waiter frees both right after it. */
	condition_signal(&completion->condition);
	lock_exit(&completion->lock);
}

int
completion_wait(struct completion *completion)
{
	lock_enter(&completion->lock);
	while (!completion->done)
		condition_wait(&completion->condition, &completion->lock);
	lock_exit(&completion->lock);
	condition_destroy(&completion->condition);
	lock_destroy(&completion->lock);
	return completion->result;
}
