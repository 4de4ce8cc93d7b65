/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin_lock.h: what plugins wait with: locks, conditions, and locks that many
 * may read under. They have no rank, and a mistake in their use changes nothing
 * and returns false. Any thread. Who is cancelled in a wait has what
 * pthread_cond_wait() would give it: the condition's lock, nothing of the other
 * kind.
 */
#ifndef NETINST_BASE_PLUGIN_LOCK_H
#define NETINST_BASE_PLUGIN_LOCK_H

#include "base/lock.h"

/* Not recursive. */
struct plugin_lock {
	pthread_mutex_t mutex;
	const void *holder; /* names a thread; atomic */
};

void plugin_lock_init(struct plugin_lock *lock);
void plugin_lock_destroy(struct plugin_lock *lock);
bool plugin_lock_enter(struct plugin_lock *lock);
bool plugin_lock_try(struct plugin_lock *lock);
bool plugin_lock_exit(struct plugin_lock *lock);
/* Whether the calling thread holds it. */
bool plugin_lock_is_mine(const struct plugin_lock *lock);

struct plugin_condition {
	struct condition condition;
};

void plugin_condition_init(struct plugin_condition *condition);
void plugin_condition_destroy(struct plugin_condition *condition);
/* Lets go of lock while it waits; false when the caller does not hold it. */
bool plugin_condition_wait(
    struct plugin_condition *condition, struct plugin_lock *lock);
/*
 * The same, at most until deadline (clock_monotonic); *passed: it came first.
 */
bool plugin_condition_wait_until(struct plugin_condition *condition,
    struct plugin_lock *lock, int64_t deadline, bool *passed);
void plugin_condition_wake_one(struct plugin_condition *condition);
void plugin_condition_wake_all(struct plugin_condition *condition);

/* Who waits to write goes before those who come to read. Not recursive. */
struct plugin_rwlock {
	pthread_mutex_t mutex;
	struct condition readable, writable; /* under mutex, as all below */
	uint32_t readers;		     /* that are in */
	uint32_t writers_waiting;
	const void *writer; /* the thread that is in, or NULL; atomic */
};

void plugin_rwlock_init(struct plugin_rwlock *lock);
void plugin_rwlock_destroy(struct plugin_rwlock *lock);
/* False when the calling thread is writing: it would wait for itself. */
bool plugin_rwlock_read(struct plugin_rwlock *lock);
bool plugin_rwlock_write(struct plugin_rwlock *lock);
/* Do not wait; false: somebody is in the way. */
bool plugin_rwlock_try_read(struct plugin_rwlock *lock);
bool plugin_rwlock_try_write(struct plugin_rwlock *lock);
/* Ends either. False when nobody is in, or only another writer. */
bool plugin_rwlock_exit(struct plugin_rwlock *lock);
/* The writer becomes a reader; false when the caller is not the writer. */
bool plugin_rwlock_downgrade(struct plugin_rwlock *lock);
/* The one reader becomes the writer; false when it would have to wait. */
bool plugin_rwlock_try_upgrade(struct plugin_rwlock *lock);
bool plugin_rwlock_is_read(struct plugin_rwlock *lock);
/* Whether the calling thread is the writer. */
bool plugin_rwlock_is_mine(const struct plugin_rwlock *lock);

#endif
