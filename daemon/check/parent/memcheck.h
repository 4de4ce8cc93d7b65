/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memcheck.h: what valgrind says about a child. It writes XML to a descriptor;
 * the child writes marks between, so that the reader knows which callback an
 * error came from.
 */
#ifndef NETINST_CHECK_MEMCHECK_H
#define NETINST_CHECK_MEMCHECK_H

#include "check/child/scenario.h"
#include "check/parent/findings.h"

/*
 * Parent: makes the file for the next child and tells it by the board. Returns
 * a descriptor, or -1.
 */
int memcheck_open(struct board *shared);

/* Parent: reads the file, adds what concerns the plugin, and closes it. */
void memcheck_collect(int xml, struct board *shared, struct findings *findings,
    const struct scenario *scenario);

#endif
