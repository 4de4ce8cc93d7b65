/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h: looks on at every callback in the child: where each thread is, and
 * what the callback has changed when it returns. Any thread.
 */
#ifndef NETINST_CHECK_WATCH_H
#define NETINST_CHECK_WATCH_H

#include <stdbool.h>

#include "check/board.h"

/* Begins to look on. Before core_start(). */
void watch_start(void);

/* Where the calling thread is; also in a signal handler. */
struct place watch_place(void);

/* Whether it is inside a callback of an instance: not in nin_load and such. */
bool watch_is_in_callback(void);

/* Whether this process is a copy that the plugin has made of the child. */
bool watch_is_copy(void);

/* A call of the framework made by the plugin; its core log line is kept. */
void watch_call_begins(void);
/* What the core said about it, or NULL; borrowed until the next call. */
const char *watch_call_over(void);

/* An allocation was made to fail, here. */
void watch_failed_allocation(void);

/* Counts what the calling thread holds: 1 taken, -1 given back. */
void watch_count_mutex(int change);

/*
 * The plugin is unloaded and every instance gone: reports what is left. Main
 * thread.
 */
void watch_finish(void);

#endif
