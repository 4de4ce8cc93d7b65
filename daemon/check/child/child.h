/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.h: what netinst-check does as a child of another. Main thread.
 */
#ifndef NETINST_CHECK_CHILD_H
#define NETINST_CHECK_CHILD_H

/* Returns the exit code: enum child_exit. */
int child_main(int fd);

#endif
