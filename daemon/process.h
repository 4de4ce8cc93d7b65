/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h: what the daemon's process was started with and has to put right
 * before there is another thread. Main thread.
 */
#ifndef NETINST_PROCESS_H
#define NETINST_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Opens /dev/null for each standard descriptor that is closed, or a file that
 * is opened later would become standard error, say. Comes first of all. False,
 * with errno: there is no /dev/null.
 */
bool process_fill_descriptors(void);

#endif
