/* SPDX-License-Identifier: Apache-2.0 */
/* sys/ksynch.h: all locks and conditions. */
#ifndef NETINST_SOLARIS_SYS_KSYNCH_H
#define NETINST_SOLARIS_SYS_KSYNCH_H

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>

#endif
