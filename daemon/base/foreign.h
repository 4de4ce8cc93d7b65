/* SPDX-License-Identifier: Apache-2.0 */
/*
 * foreign.h: what plugins wait with beside foreign_lock (lock.h): conditions,
 * and locks that many may read under. They have no rank, and a mistake in their
 * use changes nothing and returns false. Any thread. Who is cancelled in a wait
 * has what pthread_cond_wait() would give it: the condition's lock, nothing of
 * the other kind.
 */
#ifndef NETINST_BASE_FOREIGN_H
#define NETINST_BASE_FOREIGN_H

#include "base/lock.h"

struct foreign_condition {
	struct condition condition;
};

void foreign_condition_init(struct foreign_condition *condition);
void foreign_condition_destroy(struct foreign_condition *condition);
/* Lets go of lock while it waits; false when the caller does not hold it. */
bool foreign_condition_wait(
    struct foreign_condition *condition, struct foreign_lock *lock);
/*
 * The same, at most until deadline (clock_monotonic); *passed: it came first.
 */
bool foreign_condition_wait_until(struct foreign_condition *condition,
    struct foreign_lock *lock, int64_t deadline, bool *passed);
void foreign_condition_wake_one(struct foreign_condition *condition);
void foreign_condition_wake_all(struct foreign_condition *condition);

/* Who waits to write goes before those who come to read. Not recursive. */
struct foreign_rwlock {
	pthread_mutex_t mutex;
	struct condition readable, writable; /* under mutex, as all below */
	uint32_t readers;		     /* that are in */
	uint32_t writers_waiting;
	const void *writer; /* the thread that is in, or NULL; atomic */
};

void foreign_rwlock_init(struct foreign_rwlock *lock);
void foreign_rwlock_destroy(struct foreign_rwlock *lock);
/* False when the calling thread is writing: it would wait for itself. */
bool foreign_rwlock_read(struct foreign_rwlock *lock);
bool foreign_rwlock_write(struct foreign_rwlock *lock);
/* Do not wait; false: somebody is in the way. */
bool foreign_rwlock_try_read(struct foreign_rwlock *lock);
bool foreign_rwlock_try_write(struct foreign_rwlock *lock);
/* Ends either. False when nobody is in, or only another writer. */
bool foreign_rwlock_exit(struct foreign_rwlock *lock);
/* The writer becomes a reader; false when the caller is not the writer. */
bool foreign_rwlock_downgrade(struct foreign_rwlock *lock);
/* The one reader becomes the writer; false when it would have to wait. */
bool foreign_rwlock_try_upgrade(struct foreign_rwlock *lock);
bool foreign_rwlock_is_read(struct foreign_rwlock *lock);
/* Whether the calling thread is the writer. */
bool foreign_rwlock_is_mine(const struct foreign_rwlock *lock);

#endif
