/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.h: ranked mutexes, and a one-shot completion to wait on.
 *
 * A thread takes locks in rising rank only; of one rank, one at a time. Builds
 * with NETINST_DEBUG assert it, and lock_assert_none_held() is called
 * wherever plugin code is about to run. This is the order, outermost first:
 */
#ifndef NETINST_BASE_LOCK_H
#define NETINST_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum lock_rank {
	LOCK_PLUGINS = 1, /* plugin: the list of plugins */
	LOCK_CORE,	  /* core: the registry and the tables of instances */
	LOCK_KSTATS,	  /* core: which kstats there are */
	LOCK_INSTANCE,	  /* core: what others may read of one instance */
	LOCK_TIMEOUTS,	  /* core: which timeouts there are */
	LOCK_HOOKS,	  /* core: lists of hooks that are not run any more */
	LOCK_OWNER,	  /* core: the list of owners */
	LOCK_STALE,	  /* source: what is in a directory and no namespace */
	LOCK_JOBS,	  /* source: what the netns thread is spared */
	LOCK_TIMERS,	  /* exec: when which job is due */
	LOCK_POOL,	  /* exec: the run queue */
	LOCK_SLAB,	  /* base: the free list of one slab */
	LOCK_HISTORY, /* history: records on their way, one lock or the other */
	LOCK_LIVING,  /* history: namespaces whose end nobody has seen */
	LOCK_NETNS,   /* source: whether the netns thread runs */
	LOCK_REFS,    /* source: the list of references */
	LOCK_REF,     /* source: who holds one of them */
	LOCK_MAILBOX, /* exec: what waits for an event loop */
	LOCK_RECORDS, /* check: a record of each kstat */
	LOCK_COMPLETION /* base: one completion */
};

struct lock {
	pthread_mutex_t mutex;
	enum lock_rank rank;
};

#define LOCK_INITIALIZER(rank)                                                 \
	{                                                                      \
		PTHREAD_MUTEX_INITIALIZER, (rank)                              \
	}

void lock_init(struct lock *lock, enum lock_rank rank);
void lock_destroy(struct lock *lock);

#ifdef NETINST_DEBUG
void lock_enter(struct lock *lock);
void lock_exit(struct lock *lock);
/* Asserts that the calling thread holds no lock of the framework. */
void lock_assert_none_held(void);
/* Asserts that the calling thread holds this lock. */
void lock_assert_held(const struct lock *lock);
#else
static inline void
lock_enter(struct lock *lock)
{
	(void)pthread_mutex_lock(&lock->mutex);
}

static inline void
lock_exit(struct lock *lock)
{
	(void)pthread_mutex_unlock(&lock->mutex);
}

static inline void
lock_assert_none_held(void)
{
}

static inline void
lock_assert_held(const struct lock *lock)
{
	(void)lock;
}
#endif

struct condition {
	pthread_cond_t cond; /* on the monotonic clock */
};

void condition_init(struct condition *condition);
void condition_destroy(struct condition *condition);
/*
 * The caller holds lock, and only this one. No wait here ends by a cancellation
 * of the thread: that is for after the call it was made in.
 */
void condition_wait(struct condition *condition, struct lock *lock);
/* Waits at most until deadline (clock_monotonic); false when it passed. */
bool condition_wait_until(
    struct condition *condition, struct lock *lock, int64_t deadline);
void condition_signal(struct condition *condition);
void condition_broadcast(struct condition *condition);

/* One thread waits for one result of another; lives on the waiter's stack. */
struct completion {
	struct lock lock;
	struct condition condition;
	bool done;
	int result;
};

void completion_init(struct completion *completion);
/* Any thread, once. The completion may be gone when this returns. */
void completion_finish(struct completion *completion, int result);
/* Waits, destroys the completion and returns its result. */
int completion_wait(struct completion *completion);

#endif
