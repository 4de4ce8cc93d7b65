/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libc.h: functions of the C library that netinstd defines itself, so that
 * plugins reach those: an end by _exit() is to be named, and what a plugin does
 * with handlers and masks must not undo that. daemon/taken.list names them.
 */
#ifndef NETINST_LIBC_H
#define NETINST_LIBC_H

#include <signal.h>

/* As sigaction(), for the daemon itself. */
int libc_sigaction(
    int number, const struct sigaction *action, struct sigaction *before);

#endif
