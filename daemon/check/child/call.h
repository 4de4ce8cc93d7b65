/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h: calls of the framework that the plugin makes: what the core says
 * about one, and which locks the thread holds. The calling thread's own.
 */
#ifndef NETINST_CHECK_CALL_H
#define NETINST_CHECK_CALL_H

#include <stdbool.h>

/* Around a call whose refusal the core logs. */
void call_begin(void);
/* What the core logged about it, or NULL; borrowed until the next call. */
const char *call_end(void);

/* The core logs a refusal: true when that is kept for call_end(). */
bool call_keep(const char *text);

/* Reports a call that did not do what was wanted. why: NULL: unknown. */
void call_report(const char *function, const char *why);
/* The same for one that gave an errno value, if it did. */
void call_report_error(const char *function, int error);

/* Counts locks held: 1 taken, -1 given back; returns how many there are. */
int call_count_locks(int change);

#endif
