/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervise.h: a child, from the parent's side: started, looked after, and its
 * board read when it is over, however that came. Parent, main thread.
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
	/* What was started before us, under the same process number. */
	pid_t others[CHILDREN_MAX];
	size_t other_count;
};

enum child_end {
	CHILD_END_WELL,
	CHILD_END_EARLY,     /* something found has ended it */
	CHILD_END_CANNOT_RUN /* the problem says why */
};

/* Plays the scenario of board->order in a child; adds what it finds. */
enum child_end supervise_child(
    struct supervision *supervision, const struct scenario *scenario);

#endif
