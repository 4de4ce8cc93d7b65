/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarce.h: what scarce.c, preloaded into the daemon, and tests/lib/shortage.c,
 * which drives it, say to each other: a page of memory, in the file that the
 * environment variable SCARCE names.
 */
#ifndef NETINST_TESTS_SCARCE_H
#define NETINST_TESTS_SCARCE_H

#include <stdint.h>

#define SCARCE_ENVIRON "SCARCE"
#define SCARCE_NAME    32

struct scarce {
	/* How many go well until the one that fails; below 1: none does. */
	_Atomic int64_t left;
	_Atomic int64_t span;	/* how many fail from that one on */
	_Atomic int64_t failed; /* so many have */
	_Atomic int64_t memory; /* 1: allocations fail, 0: other calls do */
	_Atomic int64_t error;	/* their errno; 0: what fits each call */
	char name[SCARCE_NAME]; /* of the one that failed last */
};

#endif
