/* SPDX-License-Identifier: Apache-2.0 */
/*
 * where.c: owns each thread's stack of callbacks, the innermost last; a thread
 * sees only its own. A child has one plugin: every callback is that one's.
 */
#include "check/child/where.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define VISITS_MAX 12 /* callbacks inside callbacks */

static _Thread_local struct {
	struct visit visits[VISITS_MAX];
	unsigned depth;
} thread;

static pid_t original; /* the child; a fork of it has another number */

void
where_start(void)
{
	original = getpid();
}

struct visit *
where_visit(void)
{
	return thread.depth > 0 && thread.depth <= VISITS_MAX
		   ? &thread.visits[thread.depth - 1]
		   : NULL;
}

struct visit *
where_enter(void)
{
	thread.depth++;
	return where_visit();
}

void
where_leave(void)
{
	thread.depth--;
}

struct location
where_now(void)
{
	const struct visit *visit = where_visit();

	if (visit == NULL)
		return (struct location){"", "", NOWHERE};
	return (struct location){
	    visit->callback, visit->registrant, visit->instance};
}

void
where_report(enum kind kind, const char *subject, const char *format, ...)
{
	struct location where = where_now();
	char detail[BOARD_DETAIL];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	board_report(kind, &where, subject, detail);
}

bool
where_is_copy(void)
{
	return getpid() != original;
}
