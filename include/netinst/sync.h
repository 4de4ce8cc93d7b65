/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.h: the framework's mutex, with the Solaris names. A kstat's ks_lock
 * points to one.
 */
#ifndef NETINST_SYNC_H
#define NETINST_SYNC_H

#include <netinst/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Use the functions only. Not recursive. */
typedef struct kmutex {
	uint64_t opaque[6];
} kmutex_t;

#define MUTEX_DEFAULT 0

/* name, type and arg are taken for source compatibility and not used. */
void mutex_init(kmutex_t *mutex, char *name, int type, void *arg);
void mutex_enter(kmutex_t *mutex);
int mutex_tryenter(kmutex_t *mutex); /* 1 when entered, 0 when it is held */
void mutex_exit(kmutex_t *mutex);
int mutex_owned(const kmutex_t *mutex); /* 1 when this thread holds it */
void mutex_destroy(kmutex_t *mutex);

#ifdef __cplusplus
}
#endif

#endif
