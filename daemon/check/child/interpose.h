/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpose.h: puts functions of the check in the place of those that a plugin
 * calls in other objects: only in the plugin's own tables, so that the daemon
 * and its libraries notice nothing.
 */
#ifndef NETINST_CHECK_INTERPOSE_H
#define NETINST_CHECK_INTERPOSE_H

#include <stdbool.h>
#include <stddef.h>

typedef void (*interpose_fn)(void);

struct interpose_row {
	const char *name;
	interpose_fn function;
};

/*
 * Looks for objects that were mapped from that directory since the last time,
 * and changes their tables. No code of them runs; one thread at a time.
 */
void interpose_new_objects(const char *directory);

#endif
