/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_count.h: private to source/: what the source of real instances counts,
 * for its status. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_COUNT_H
#define NETINST_SOURCE_NETNS_COUNT_H

#include <stdint.h>

enum netns_counter {
	NETNS_COUNT_LIVES, /* there are now */
	NETNS_COUNT_RESYNCS,
	NETNS_COUNT_UNHOLDABLE,
	NETNS_COUNT_LATE,
	NETNS_COUNT_LEAKS,
	NETNS_COUNTERS
};

/* Adds and returns the sum; by 0 it is read. */
uint64_t netns_count(enum netns_counter counter, int64_t by);

#endif
