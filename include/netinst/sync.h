/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.h: the framework's locks and conditions, with the Solaris names. A
 * kstat's ks_lock points to a mutex. Any thread; use the functions only. Where
 * name, type and arg are taken, it is for source compatibility. A mistake that
 * would hang the caller or free another's lock gets a log line and changes
 * nothing.
 */
#ifndef NETINST_SYNC_H
#define NETINST_SYNC_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* mutexes; not recursive -------------------------------------------------- */

typedef struct kmutex {
	uint64_t opaque[6];
} kmutex_t;

#define MUTEX_DEFAULT 0

void mutex_init(kmutex_t *mutex, const char *name, int type, void *arg);
void mutex_enter(kmutex_t *mutex);
int mutex_tryenter(kmutex_t *mutex); /* 1 when entered, 0 when it is held */
void mutex_exit(kmutex_t *mutex);
int mutex_owned(const kmutex_t *mutex); /* 1 when this thread holds it */
void mutex_destroy(kmutex_t *mutex);

/* conditions ------------------------------------------------------------- */

typedef struct kcondvar {
	uint64_t opaque[6];
} kcondvar_t;

typedef enum kcv_type { CV_DEFAULT = 0, CV_DRIVER = 1 } kcv_type_t;

void cv_init(kcondvar_t *cv, const char *name, kcv_type_t type, void *arg);
void cv_destroy(kcondvar_t *cv);
/* The caller holds mutex, which is let go while it waits. */
void cv_wait(kcondvar_t *cv, kmutex_t *mutex);
/* Waits at most until hrtime of the monotonic clock. 1, or -1: it came first.
 */
int cv_wait_until(kcondvar_t *cv, kmutex_t *mutex, hrtime_t hrtime);
void cv_signal(kcondvar_t *cv);
void cv_broadcast(kcondvar_t *cv);

/* locks that many may read under; not recursive ---------------------------- */

typedef struct krwlock {
	uint64_t opaque[20];
} krwlock_t;

typedef enum krw { RW_WRITER = 0, RW_READER = 1 } krw_t;
typedef enum krw_type { RW_DRIVER = 2, RW_DEFAULT = 4 } krw_type_t;

void rw_init(krwlock_t *lock, const char *name, krw_type_t type, void *arg);
void rw_destroy(krwlock_t *lock);
/* Waiting writers go before new readers. */
void rw_enter(krwlock_t *lock, krw_t how);
int rw_tryenter(krwlock_t *lock, krw_t how); /* 1 when entered, else 0 */
void rw_exit(krwlock_t *lock);
void rw_downgrade(krwlock_t *lock); /* from writer to reader */
int rw_tryupgrade(krwlock_t *lock); /* 1: the one reader is the writer now */
int rw_read_held(krwlock_t *lock);  /* 1 when readers are in */
int rw_write_held(krwlock_t *lock); /* 1 when this thread is the writer */
int rw_lock_held(krwlock_t *lock);  /* either of the last two */

#ifdef __cplusplus
}
#endif

#endif
