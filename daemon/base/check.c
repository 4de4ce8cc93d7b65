/* SPDX-License-Identifier: Apache-2.0 */
/* check.c: the last words of a daemon that found a bug in itself. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void
check_failed(
    const char *condition, const char *file, int line, const char *function)
{
	(void)fprintf(stderr, "netinst: bug: %s:%d: %s: %s\n", file, line,
	    function, condition);
	abort();
}
