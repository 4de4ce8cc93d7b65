/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.c: owns what each thread knows of the call that it is making.
 */
#include "check/child/call.h"

#include <stdio.h>
#include <string.h>

#include "check/child/oom.h"
#include "check/child/where.h"

static _Thread_local struct {
	bool calling;
	int locks;
	char said[256];
} thread;

void
call_begin(void)
{
	thread.said[0] = '\0';
	thread.calling = true;
}

const char *
call_end(void)
{
	thread.calling = false;
	return thread.said[0] != '\0' ? thread.said : NULL;
}

bool
call_keep(const char *text)
{
	if (thread.calling)
		(void)snprintf(thread.said, sizeof(thread.said), "%s", text);
	return thread.calling;
}

void
call_report(const char *function, const char *why)
{
	/* Without memory it may well be refused. */
	if (!oom_has_failed())
		where_report(KIND_CALL_REFUSED, function, "%s() %s%s", function,
		    why != NULL ? "was refused; the log says: " : "failed",
		    why != NULL ? why : "");
}

void
call_report_error(const char *function, int error)
{
	if (error > 0 && !oom_has_failed())
		where_report(KIND_CALL_REFUSED, function, "%s() gave %s",
		    function, strerrorname_np(error));
}

int
call_count_locks(int change)
{
	return thread.locks += change;
}
