/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h: four runs of one course, two with memory filled one way and two
 * with another. What differs between the pairs but not within them depends on
 * memory that was never set. Parent, main thread.
 */
#ifndef NETINST_CHECK_COMPARE_H
#define NETINST_CHECK_COMPARE_H

#include "check/findings.h"

#define COMPARE_RUNS 4

/* With what run 0 to 3 fills its memory: the pairs follow each other. */
unsigned char compare_fill(unsigned run);

/* Adds a finding for each line that tells of it. observed: of the four runs. */
void compare_runs(char *const observed[COMPARE_RUNS], struct findings *findings,
    const char *course);

#endif
