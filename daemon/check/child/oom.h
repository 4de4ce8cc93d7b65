/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom.h: out of memory on demand: the order may say that the plugin's N-th
 * allocation fails. Any thread.
 */
#ifndef NETINST_CHECK_OOM_H
#define NETINST_CHECK_OOM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Counts an allocation. True for the one that has to fail: errno is set, and
 * board->failure names it, with function and size (0: unknown).
 */
bool oom_fails(const char *function, size_t size);

/* Whether one has failed; also in a signal handler. */
bool oom_has_failed(void);

#endif
