/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom.c: owns the knowledge that an allocation was made to fail: afterwards the
 * plugin is right to refuse, or to wait.
 */
#include "check/child/oom.h"

#include <errno.h>
#include <string.h>

#include "check/child/where.h"

static _Atomic bool failed; /* set after board->failure */

bool
oom_fails(const char *function, size_t size)
{
	uint64_t number = atomic_fetch_add(&board->allocations, 1) + 1;
	struct location where = where_now();
	struct line line = {.length = 0};

	if (number != board->order.fail_at)
		return false;
	line_text(&line, "allocation ");
	line_number(&line, (int64_t)number);
	line_text(&line, " of the plugin, ");
	line_text(&line, function);
	line_text(&line, "()");
	if (size > 0) {
		line_text(&line, " of ");
		line_number(&line, (int64_t)size);
		line_text(&line, " bytes");
	}
	line_text(&line, " in ");
	line_location(&line, &where);
	memcpy(board->failure, line.text, sizeof(board->failure) - 1);
	atomic_store(&failed, true);
	errno = ENOMEM;
	return true;
}

bool
oom_has_failed(void)
{
	return atomic_load(&failed);
}
