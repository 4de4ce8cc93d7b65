/* SPDX-License-Identifier: Apache-2.0 */
/*
 * countdown.h: something that has to happen at a time when every other thread
 * may hang.
 */
#ifndef NETINST_BASE_COUNTDOWN_H
#define NETINST_BASE_COUNTDOWN_H

#include <stdint.h>

/*
 * Calls expired after that many nanoseconds, on a thread of its own that takes
 * no signals. It cannot be called off: what comes in between, expired has to
 * look at. Returns 0 or a negative errno.
 */
int countdown_start(int64_t nanoseconds, void (*expired)(void *arg), void *arg);

#endif
