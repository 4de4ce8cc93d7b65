/* SPDX-License-Identifier: Apache-2.0 */
/*
 * global.h: the instance that lives from start to end: it comes before anybody
 * can ask for others, and goes after them. Main thread; both functions wait.
 */
#ifndef NETINST_GLOBAL_H
#define NETINST_GLOBAL_H

#include <stdbool.h>

/*
 * Creates it; netns: it stands for the namespace that the daemon is in. Returns
 * 0 or a negative errno.
 */
int global_start(bool netns);

/* Ends it and whatever other instances there are. */
void global_end(void);

#endif
