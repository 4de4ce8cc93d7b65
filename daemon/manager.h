/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manager.h: telling the service manager how the daemon is doing, in the
 * sd_notify protocol: one datagram of NAME=VALUE lines to the socket that
 * NOTIFY_SOCKET names.
 */
#ifndef NETINST_MANAGER_H
#define NETINST_MANAGER_H

/*
 * Takes NOTIFY_SOCKET out of the environment and connects to it. Without it,
 * or when that fails, manager_tell() does nothing. Main thread, like
 * manager_close().
 */
void manager_open(void);

/* Sends the lines, never waits; any thread: "READY=1\nSTATUS=...". */
void manager_tell(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

void manager_close(void);

#endif
