/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.h: what the process does with each signal. Those that the daemon
 * listens to are read from a descriptor. None is blocked in the threads that
 * run plugin code, so that programs which plugins start find a clean mask, and
 * the handlers are gone when they are started.
 */
#ifndef NETINST_SIGNALS_H
#define NETINST_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * sigaction() itself, by the C library's own name for it: the other one is
 * ours, for plugins (libc.c).
 */
extern int __sigaction(
    int number, const struct sigaction *action, struct sigaction *before);

/*
 * Returns a descriptor to read from, or a negative errno. From now on the end
 * of the process is watched (ends.h). Main thread, before there are others.
 */
int signals_open(void);

/*
 * The next that is a request, and from which process; 0: none has come. None is
 * lost, but one that came again meanwhile is one. Others that nobody waits for,
 * and that would have ended the process, are logged.
 */
int signals_next(int fd, pid_t *from);

/*
 * Whether what happens at a signal is for the daemon alone to say; whether it
 * would end the process, were there no handler; and whether it may not be
 * blocked either: it does end the process, and is to be named.
 */
bool signals_is_ours(int number);
bool signals_would_end(int number);
bool signals_is_deadly(int number);

/*
 * Gives a signal the handler that it has here; false: it has none. before: as
 * of sigaction().
 */
bool signals_restore(int number, struct sigaction *before);

#endif
