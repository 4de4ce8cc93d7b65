/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ends.h: ends of the process that the daemon did not decide: a last line of
 * the log says how it came and who was running.
 */
#ifndef NETINST_ENDS_H
#define NETINST_ENDS_H

#include <stdbool.h>

/* From now on an end is said. Main thread, before there are others. */
void ends_watch(void);

/* The end that comes now is in order, or was said. Any thread. */
void ends_in_order(void);

/*
 * Whether an end of the calling process is to be said: false in processes that
 * a plugin has made, and from ends_in_order() on. Like ends_say(), also for
 * signal handlers.
 */
bool ends_are_watched(void);

/*
 * Says that the calling thread ends the process by what. code: an address in
 * the code that does it; stack: where it called from; NULL: unknown. Returns
 * only on the first thread that calls it.
 */
void ends_say(
    const char *what, const char *detail, const void *code, const void *stack);

#endif
