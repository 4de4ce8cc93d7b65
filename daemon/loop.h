/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.h: libevent, set up as the daemon wants it: what it says goes through
 * the log, for its own way to standard error could block; out of memory it ends
 * as everything else does. Main thread.
 */
#ifndef NETINST_LOOP_H
#define NETINST_LOOP_H

struct event_base;

/* Before anything else of libevent. NULL, with errno, when that fails. */
struct event_base *loop_create(void);

#endif
