/* SPDX-License-Identifier: Apache-2.0 */
/* sys/mutex.h: the framework's mutexes under the names of the DDI. */
#ifndef NETINST_SOLARIS_SYS_MUTEX_H
#define NETINST_SOLARIS_SYS_MUTEX_H

#include <sys/types.h>

#include <netinst/sync.h>

typedef int kmutex_type_t;

#define MUTEX_ADAPTIVE 0
#define MUTEX_SPIN     1
#define MUTEX_DRIVER   4

#define MUTEX_HELD(mutex)     mutex_owned(mutex)
#define MUTEX_NOT_HELD(mutex) (!mutex_owned(mutex))

#endif
