/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/time.h: the C library's, and the clocks of a Solaris kernel. A tick is
 * 10 ms; the clock that counts them began with the machine.
 */
#ifndef NETINST_SOLARIS_SYS_TIME_H
#define NETINST_SOLARIS_SYS_TIME_H

#include_next <sys/time.h>

#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef NANOSEC
#define MILLISEC 1000
#define MICROSEC 1000000
#define NANOSEC	 1000000000
#endif

#define NETINST_TICK ((hrtime_t)10000000) /* nanoseconds */

#define SEC_TO_TICK(seconds)	   ((seconds)*100)
#define MSEC_TO_TICK(milliseconds) ((milliseconds) / 10)
#define TICK_TO_MSEC(ticks)	   ((ticks)*10)

typedef struct timespec timestruc_t;

static inline hrtime_t
gethrtime(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (hrtime_t)now.tv_sec * NANOSEC + now.tv_nsec;
}

static inline void
gethrestime(timestruc_t *now)
{
	(void)clock_gettime(CLOCK_REALTIME, now);
}

static inline time_t
gethrestime_sec(void)
{
	return time(NULL);
}

#ifdef __cplusplus
}
#endif

#endif
