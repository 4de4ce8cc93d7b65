/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervise.h: starts a child, looks after it, and reads its board when it has
 * ended, for whatever reason. Parent, main thread.
 */
#ifndef NETINST_CHECK_SUPERVISE_H
#define NETINST_CHECK_SUPERVISE_H

#include <sys/types.h>

#include "check/child/scenario.h"
#include "check/parent/findings.h"

#define CHILDREN_MAX 256

struct supervision {
	struct board *board;
	int board_fd;
	int log; /* what children write to standard error goes there */
	struct findings *findings;
	char program[BOARD_PATH]; /* netinst-check's own file */
	char problem[512];	  /* why a child could not run */
	/* Children of this process that it had before it became the check. */
	pid_t others[CHILDREN_MAX];
	size_t other_count;
};

/*
 * Runs the scenario of board->order in a child; adds what it finds. When it
 * cannot, the problem says why.
 */
enum scenario_end supervise_child(
    struct supervision *supervision, const struct scenario *scenario);

#endif
