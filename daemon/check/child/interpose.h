/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpose.h: replaces functions that a plugin calls in other objects, only in
 * the plugin's own tables: the daemon and its libraries notice nothing.
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

/* Calls of that name go to replaced_NAME(). */
#define INTERPOSE_ROW(call)                                                    \
	{                                                                      \
		.name = #call, .function = (interpose_fn)replaced_##call       \
	}

/*
 * Looks for objects that were mapped from that directory since the last time,
 * and has them call what the tables say; the tables end with NULL, and each
 * with a row without a name. No code of the objects runs; one thread at a time.
 */
void interpose_new_objects(
    const char *directory, const struct interpose_row *const *tables);

#endif
