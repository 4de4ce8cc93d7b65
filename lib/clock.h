/* SPDX-License-Identifier: Apache-2.0 */
/* clock.h: the two clocks, in nanoseconds. Any thread. */
#ifndef NETINST_LIB_CLOCK_H
#define NETINST_LIB_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS  1000000LL
#define NS_PER_SEC 1000000000LL

static inline int64_t
clock_read(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now);
	return now.tv_sec * NS_PER_SEC + now.tv_nsec;
}

/* Since some fixed point; never jumps. For durations. */
static inline int64_t
clock_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/* Since 1970, UTC. For people and records. */
static inline int64_t
clock_realtime(void)
{
	return clock_read(CLOCK_REALTIME);
}

#endif
