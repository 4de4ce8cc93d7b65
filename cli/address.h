/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h: which socket is the daemon's, and connecting to it.
 */
#ifndef NETINST_CLI_ADDRESS_H
#define NETINST_CLI_ADDRESS_H

#include <stdint.h>

/*
 * Connects to the daemon. given is the argument of -s, or NULL; deadline is a
 * time of the monotonic clock in nanoseconds, 0 for none.
 *
 * Returns EXIT_OK with *path (the caller frees it) and *fd, non-blocking and
 * the caller's; or another exit code, after printing which socket could not be
 * reached, why, and what to do.
 */
int address_connect(const char *given, int64_t deadline, char **path, int *fd);

#endif
