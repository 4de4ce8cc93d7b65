/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin_lock.c: the locks, conditions and read-write locks of plugins. Not
 * pthread_rwlock_t: that one can neither be downgraded nor upgraded. The memory
 * is the caller's; any thread.
 */
#include "base/plugin_lock.h"

#include <errno.h>
#include <time.h>

#include "base/check.h"
#include "base/perturb.h"
#include "lib/clock.h"

/* Names the calling thread among those that live. */
static const void *
plugin_lock_thread(void)
{
	static _Thread_local const char name;

	return &name;
}

static void
plugin_lock_set_holder(struct plugin_lock *lock, const void *holder)
{
	__atomic_store_n(&lock->holder, holder, __ATOMIC_RELAXED);
}

void
plugin_lock_init(struct plugin_lock *lock)
{
	pthread_mutexattr_t attributes;
	int error = pthread_mutexattr_init(&attributes);

	ASSERT(error == 0);
	error =
	    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
	ASSERT(error == 0);
	error = pthread_mutex_init(&lock->mutex, &attributes);
	ASSERT(error == 0);
	(void)pthread_mutexattr_destroy(&attributes);
	plugin_lock_set_holder(lock, NULL);
}

void
plugin_lock_destroy(struct plugin_lock *lock)
{
	(void)pthread_mutex_destroy(&lock->mutex);
}

bool
plugin_lock_enter(struct plugin_lock *lock)
{
	perturb_at(__builtin_return_address(0));
	if (pthread_mutex_lock(&lock->mutex) != 0)
		return false;
	plugin_lock_set_holder(lock, plugin_lock_thread());
	return true;
}

bool
plugin_lock_try(struct plugin_lock *lock)
{
	perturb_at(__builtin_return_address(0));
	if (pthread_mutex_trylock(&lock->mutex) != 0)
		return false;
	plugin_lock_set_holder(lock, plugin_lock_thread());
	return true;
}

bool
plugin_lock_exit(struct plugin_lock *lock)
{
	bool left;

	if (!plugin_lock_is_mine(lock))
		return false;
	plugin_lock_set_holder(lock, NULL);
	left = pthread_mutex_unlock(&lock->mutex) == 0;
	perturb_at(__builtin_return_address(0));
	return left;
}

bool
plugin_lock_is_mine(const struct plugin_lock *lock)
{
	return __atomic_load_n(&lock->holder, __ATOMIC_RELAXED) ==
	       plugin_lock_thread();
}

void
plugin_condition_init(struct plugin_condition *condition)
{
	condition_init(&condition->condition);
}

void
plugin_condition_destroy(struct plugin_condition *condition)
{
	condition_destroy(&condition->condition);
}

/* After a wait, also one that ends by a cancellation: it has the lock again. */
static void
condition_left(void *lock)
{
	plugin_lock_set_holder(lock, plugin_lock_thread());
}

bool
plugin_condition_wait(
    struct plugin_condition *condition, struct plugin_lock *lock)
{
	if (!plugin_lock_is_mine(lock))
		return false;
	plugin_lock_set_holder(lock, NULL);
	pthread_cleanup_push(condition_left, lock);
	(void)pthread_cond_wait(&condition->condition.cond, &lock->mutex);
	pthread_cleanup_pop(1);
	return true;
}

bool
plugin_condition_wait_until(struct plugin_condition *condition,
    struct plugin_lock *lock, int64_t deadline, bool *passed)
{
	struct timespec until = {
	    .tv_sec = deadline / NS_PER_SEC,
	    .tv_nsec = deadline % NS_PER_SEC,
	};

	if (!plugin_lock_is_mine(lock))
		return false;
	plugin_lock_set_holder(lock, NULL);
	pthread_cleanup_push(condition_left, lock);
	*passed = pthread_cond_timedwait(&condition->condition.cond,
		      &lock->mutex, &until) == ETIMEDOUT;
	pthread_cleanup_pop(1);
	return true;
}

void
plugin_condition_wake_one(struct plugin_condition *condition)
{
	condition_signal(&condition->condition);
}

void
plugin_condition_wake_all(struct plugin_condition *condition)
{
	condition_broadcast(&condition->condition);
}

void
plugin_rwlock_init(struct plugin_rwlock *lock)
{
	int error = pthread_mutex_init(&lock->mutex, NULL);

	ASSERT(error == 0);
	condition_init(&lock->readable);
	condition_init(&lock->writable);
	lock->readers = lock->writers_waiting = 0;
	__atomic_store_n(&lock->writer, NULL, __ATOMIC_RELAXED);
}

void
plugin_rwlock_destroy(struct plugin_rwlock *lock)
{
	condition_destroy(&lock->writable);
	condition_destroy(&lock->readable);
	(void)pthread_mutex_destroy(&lock->mutex);
}

static void
rwlock_enter(struct plugin_rwlock *lock)
{
	(void)pthread_mutex_lock(&lock->mutex);
}

static bool
rwlock_leave(struct plugin_rwlock *lock, bool result)
{
	(void)pthread_mutex_unlock(&lock->mutex);
	return result;
}

/* Written under the mutex; is_mine() reads it without. */
static void
rwlock_set_writer(struct plugin_rwlock *lock, const void *thread)
{
	__atomic_store_n(&lock->writer, thread, __ATOMIC_RELAXED);
}

static bool
rwlock_is_readable(const struct plugin_rwlock *lock)
{
	return lock->writer == NULL && lock->writers_waiting == 0;
}

static bool
rwlock_is_writable(const struct plugin_rwlock *lock)
{
	return lock->writer == NULL && lock->readers == 0;
}

/* Somebody left: whoever can come in next is woken. */
static void
rwlock_wake(struct plugin_rwlock *lock)
{
	if (lock->writers_waiting > 0 && rwlock_is_writable(lock))
		condition_signal(&lock->writable);
	else if (rwlock_is_readable(lock))
		condition_broadcast(&lock->readable);
}

/* A cancellation ended the wait of a reader, or of a writer. */
static void
rwlock_give_up(void *arg)
{
	struct plugin_rwlock *lock = arg;

	rwlock_wake(lock);
	(void)rwlock_leave(lock, false);
}

static void
rwlock_give_up_writing(void *arg)
{
	struct plugin_rwlock *lock = arg;

	lock->writers_waiting--;
	rwlock_give_up(lock);
}

bool
plugin_rwlock_read(struct plugin_rwlock *lock)
{
	rwlock_enter(lock);
	if (lock->writer == plugin_lock_thread())
		return rwlock_leave(lock, false);
	pthread_cleanup_push(rwlock_give_up, lock);
	while (!rwlock_is_readable(lock))
		(void)pthread_cond_wait(&lock->readable.cond, &lock->mutex);
	pthread_cleanup_pop(0);
	lock->readers++;
	return rwlock_leave(lock, true);
}

bool
plugin_rwlock_write(struct plugin_rwlock *lock)
{
	rwlock_enter(lock);
	if (lock->writer == plugin_lock_thread())
		return rwlock_leave(lock, false);
	lock->writers_waiting++;
	pthread_cleanup_push(rwlock_give_up_writing, lock);
	while (!rwlock_is_writable(lock))
		(void)pthread_cond_wait(&lock->writable.cond, &lock->mutex);
	pthread_cleanup_pop(0);
	lock->writers_waiting--;
	rwlock_set_writer(lock, plugin_lock_thread());
	return rwlock_leave(lock, true);
}

bool
plugin_rwlock_try_read(struct plugin_rwlock *lock)
{
	bool free;

	rwlock_enter(lock);
	free = rwlock_is_readable(lock);
	if (free)
		lock->readers++;
	return rwlock_leave(lock, free);
}

bool
plugin_rwlock_try_write(struct plugin_rwlock *lock)
{
	bool free;

	rwlock_enter(lock);
	free = rwlock_is_writable(lock);
	if (free)
		rwlock_set_writer(lock, plugin_lock_thread());
	return rwlock_leave(lock, free);
}

bool
plugin_rwlock_exit(struct plugin_rwlock *lock)
{
	bool is_in = true;

	rwlock_enter(lock);
	if (lock->writer == plugin_lock_thread())
		rwlock_set_writer(lock, NULL);
	else if (lock->writer == NULL && lock->readers > 0)
		lock->readers--;
	else
		is_in = false;
	rwlock_wake(lock);
	return rwlock_leave(lock, is_in);
}

bool
plugin_rwlock_downgrade(struct plugin_rwlock *lock)
{
	rwlock_enter(lock);
	if (lock->writer != plugin_lock_thread())
		return rwlock_leave(lock, false);
	rwlock_set_writer(lock, NULL);
	lock->readers++;
	rwlock_wake(lock);
	return rwlock_leave(lock, true);
}

bool
plugin_rwlock_try_upgrade(struct plugin_rwlock *lock)
{
	bool alone;

	rwlock_enter(lock);
	alone = lock->writer == NULL && lock->readers == 1 &&
		lock->writers_waiting == 0;
	if (alone) {
		lock->readers = 0;
		rwlock_set_writer(lock, plugin_lock_thread());
	}
	return rwlock_leave(lock, alone);
}

bool
plugin_rwlock_is_read(struct plugin_rwlock *lock)
{
	rwlock_enter(lock);
	return rwlock_leave(lock, lock->readers > 0);
}

bool
plugin_rwlock_is_mine(const struct plugin_rwlock *lock)
{
	return __atomic_load_n(&lock->writer, __ATOMIC_RELAXED) ==
	       plugin_lock_thread();
}
