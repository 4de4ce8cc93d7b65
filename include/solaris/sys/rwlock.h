/* SPDX-License-Identifier: Apache-2.0 */
/* sys/rwlock.h: the framework's read-write locks under the DDI's names. */
#ifndef NETINST_SOLARIS_SYS_RWLOCK_H
#define NETINST_SOLARIS_SYS_RWLOCK_H

#include <sys/types.h>

#include <netinst/sync.h>

#define RW_READ_HELD(lock)  rw_read_held(lock)
#define RW_WRITE_HELD(lock) rw_write_held(lock)
#define RW_LOCK_HELD(lock)  rw_lock_held(lock)
#define RW_ISWRITER(lock)   rw_write_held(lock)

#endif
