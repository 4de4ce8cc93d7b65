/* SPDX-License-Identifier: Apache-2.0 */
/* check.c: the last words of a daemon that found a bug in itself. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_out.h"

void
check_failed(
    const char *condition, const char *file, int line, const char *function)
{
	char text[LOG_OUT_MAX];

	(void)snprintf(text, sizeof(text), "netinst: bug: %s:%d: %s: %s\n",
	    file, line, function, condition);
	log_out_last(text, strlen(text));
	abort();
}
