/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop.h: the end of the daemon: how long it may take, and what hangs when it
 * takes longer.
 */
#ifndef NETINST_STOP_H
#define NETINST_STOP_H

#include <stdint.h>

/*
 * From now on the process has deadline nanoseconds to end by itself. When they
 * have passed, the log names every callback that has not returned, give_up()
 * clears away what must not stay behind, and the process exits with
 * EXIT_FAILED. All of that is on a thread of its own, because what hangs may
 * be any other one. Main thread, once.
 */
void stop_by(int64_t deadline, void (*give_up)(void *arg), void *arg);

/*
 * Nothing can hang any more: cancels the deadline. Does not return when that
 * has just passed. Main thread, once.
 */
void stop_in_time(void);

/*
 * Notes what the end waits for from now on, for the report at the deadline: the
 * name of a part of the daemon, borrowed for good; NULL: none. Main thread.
 */
void stop_waits_for(const char *part);

/* Logs how many instances are still to be ended. */
void stop_report_progress(void);

#endif
