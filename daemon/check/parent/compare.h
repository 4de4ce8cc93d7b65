/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h: runs of one course, every other one with memory filled another
 * way. What is the same in all that were filled alike, and differs between
 * these and those, depends on memory that was never set. Parent, main thread.
 */
#ifndef NETINST_CHECK_COMPARE_H
#define NETINST_CHECK_COMPARE_H

#include "check/parent/findings.h"

#define COMPARE_RUNS 6

/* With what a run fills its memory. */
unsigned char compare_fill(unsigned run);

/* Adds a finding for each line that tells of it. observed: of all runs. */
void compare_runs(char *const observed[COMPARE_RUNS], struct findings *findings,
    const char *course);

#endif
