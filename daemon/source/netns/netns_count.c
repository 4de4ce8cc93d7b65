/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_count.c: owns the counters, each of which stands alone: written by the
 * netns thread, read by any, without a lock.
 */
#include "source/netns/netns_count.h"

#include <stdatomic.h>

static _Atomic uint64_t counters[NETNS_COUNTERS];

uint64_t
netns_count(enum netns_counter counter, int64_t by)
{
	return atomic_fetch_add(&counters[counter], (uint64_t)by) +
	       (uint64_t)by;
}
