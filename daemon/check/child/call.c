/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.c: owns what each thread knows of its current call, and whether an
 * allocation was made to fail: from then on the plugin may refuse, or wait.
 */
#include "check/child/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check/child/where.h"

static _Thread_local struct {
	bool calling;
	int locks;
	char said[256];
} thread;

static _Atomic bool failed; /* set after board->failure */

bool
call_fails(const char *function, size_t size)
{
	uint64_t number = atomic_fetch_add(&board->allocations, 1) + 1;
	struct location where = where_now();
	struct line line = {.length = 0};
	char of[48] = "";

	if (number != board->order.fail_at)
		return false;
	if (size > 0)
		(void)snprintf(of, sizeof(of), " of %zu bytes", size);
	(void)snprintf(board->failure, sizeof(board->failure),
	    "allocation %llu of the plugin, %s()%s in %s",
	    (unsigned long long)number, function, of,
	    line_location(&line, &where));
	atomic_store(&failed, true);
	errno = ENOMEM;
	return true;
}

bool
call_has_failed(void)
{
	return atomic_load(&failed);
}

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
	/* The core may refuse what has no memory. */
	if (!call_has_failed())
		where_report(KIND_CALL_REFUSED, function, "%s() %s%s", function,
		    why != NULL ? "was refused; the log says: " : "failed",
		    why != NULL ? why : "");
}

void
call_report_error(const char *function, int error)
{
	if (error > 0 && !call_has_failed())
		where_report(KIND_CALL_REFUSED, function, "%s() gave %s",
		    function, strerrorname_np(error));
}

int
call_count_locks(int change)
{
	return thread.locks += change;
}
