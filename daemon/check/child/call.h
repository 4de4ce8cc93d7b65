/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h: calls that the plugin makes: the allocation that has to fail, what
 * the core logs when it refuses one, the locks that the thread holds. Any
 * thread.
 */
#ifndef NETINST_CHECK_CALL_H
#define NETINST_CHECK_CALL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Counts an allocation. True for the one that the order wants to fail: errno is
 * set, and board->failure names it, with function and size (0: unknown).
 */
bool call_fails(const char *function, size_t size);
/* Whether one has failed; also in a signal handler. */
bool call_has_failed(void);

/* Around a call whose refusal the core logs. */
void call_begin(void);
/* What the core logged about it, or NULL; borrowed until the next call. */
const char *call_end(void);

/* The core logs a refusal: true when that is kept for call_end(). */
bool call_keep(const char *text);

/* Reports a call that failed. why: NULL: unknown. */
void call_report(const char *function, const char *why);
/* The same for one that returned error, unless that is 0 or negative. */
void call_report_error(const char *function, int error);

/* Counts locks held: 1 taken, -1 given back; returns how many there are. */
int call_count_locks(int change);

#endif
