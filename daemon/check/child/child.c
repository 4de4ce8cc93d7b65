/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.c: a child from start to end: it runs one scenario. Only the board
 * connects it to the parent. Main thread.
 */
#include "check/child/child.h"

#include <unistd.h>

#include "base/log.h"
#include "check/board.h"
#include "check/child/driver.h"
#include "check/child/fault.h"
#include "check/child/guard.h"
#include "check/child/replace.h"
#include "check/child/scenario.h"
#include "check/child/watch.h"

static const struct interpose_row *const replacements[] = {
    replace_memory_rows, replace_process_rows, replace_api_rows, NULL};

int
child_main(int fd)
{
	const struct scenario *scenario;

	board = board_attach(fd);
	if (board == NULL || board->order.scenario >= scenario_count)
		return CHILD_CANNOT_RUN;
	scenario = &scenarios[board->order.scenario];
	log_set_level(LOG_INFO);
	if (!board->order.valgrind && guard_start(board->order.poison) != 0)
		return CHILD_CANNOT_RUN;
	if (!board->order.valgrind)
		fault_start();
	watch_start(replacements);
	if (driver_start(scenario->workers) != 0)
		return CHILD_CANNOT_RUN;
	atomic_store(&board->begun, true);
	scenario->run();
	driver_stop();
	/* A plugin that refuses to be unloaded still needs what it has. */
	if (!driver_is_loaded()) {
		watch_finish();
		guard_report_left();
	}
	atomic_store(&board->finished, true);
	/* Taking the framework down would only cost time. */
	if (!board->order.valgrind)
		_exit(CHILD_FINISHED);
	return CHILD_FINISHED;
}
