/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_exports_generic.c: exports a function that libc has a namesake of, and
 * another one whose name says nothing.
 */
#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_exports_generic", .version = "1.0.0",
    .summary = "exports generic names");

NETINST_EXPORT int clock_offset(void);
/* C would not let us define libc's own name with another type. */
NETINST_EXPORT int own_error(void) __asm__("error");

int
own_error(void)
{
	return 0;
}

int
clock_offset(void)
{
	return 1;
}
