/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/systm.h: what a Solaris kernel has at hand everywhere: byte and string
 * functions, ticks of 10 ms, and calls that come later.
 */
#ifndef NETINST_SOLARIS_SYS_SYSTM_H
#define NETINST_SOLARIS_SYS_SYSTM_H

#include <string.h>
#include <strings.h>
#include <sys/param.h>
#include <sys/time.h>
#include <sys/types.h>

#include <netinst/solaris.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ticks a second. Each file of a module may define it; they are one. */
__attribute__((weak, visibility("hidden"))) int hz = 100;

static inline int64_t
ddi_get_lbolt64(void)
{
	return gethrtime() / NETINST_TICK;
}

static inline clock_t
ddi_get_lbolt(void)
{
	return (clock_t)ddi_get_lbolt64();
}

/* Seconds since 1970. */
static inline time_t
ddi_get_time(void)
{
	return gethrestime_sec();
}

/* Rounded up to whole ticks. */
static inline clock_t
drv_usectohz(clock_t microseconds)
{
	const clock_t tick = (clock_t)(NETINST_TICK / 1000);

	return (microseconds + tick - 1) / tick;
}

static inline clock_t
drv_hztousec(clock_t ticks)
{
	return ticks * (clock_t)(NETINST_TICK / 1000);
}

static inline void
netinst_nap(hrtime_t nanoseconds)
{
	const struct timespec nap = {
	    (time_t)(nanoseconds / NANOSEC), (long)(nanoseconds % NANOSEC)};

	(void)nanosleep(&nap, NULL);
}

/* Holds up the instance whose callback it is called in. */
static inline void
delay(clock_t ticks)
{
	if (ticks > 0)
		netinst_nap((hrtime_t)ticks * NETINST_TICK);
}

static inline void
drv_usecwait(clock_t microseconds)
{
	if (microseconds > 0)
		netinst_nap((hrtime_t)microseconds * 1000);
}

/*
 * Calls fn once, at the earliest after that many ticks, on the strand of the
 * global instance. Made inside a callback it is the registrant's, and cancelled
 * before that's shutdown there.
 */
static inline timeout_id_t
timeout(void (*fn)(void *), void *arg, clock_t ticks)
{
	return net_solaris_timeout(
	    fn, arg, ticks > 0 ? (int64_t)ticks * NETINST_TICK : 0);
}

/*
 * The ticks that were left, or -1: it had been called. When it returns fn does
 * not run, unless this was called in fn, or in a callback of another instance.
 */
static inline clock_t
untimeout(timeout_id_t id)
{
	int64_t left = net_solaris_untimeout(id);

	return left < 0 ? -1 : (clock_t)(left / NETINST_TICK);
}

#if !defined(__GLIBC_PREREQ) || !__GLIBC_PREREQ(2, 38)
/* Copies what fits, always with a NUL; returns how long source is. */
static inline size_t
strlcpy(char *target, const char *source, size_t size)
{
	size_t length = strlen(source), fits;

	if (size > 0) {
		fits = length < size ? length : size - 1;
		(void)memcpy(target, source, fits);
		target[fits] = '\0';
	}
	return length;
}

/* Appends what fits; returns how long the whole would be. */
static inline size_t
strlcat(char *target, const char *source, size_t size)
{
	size_t used = strnlen(target, size), length = strlen(source), i;

	for (i = 0; i < length && used + i + 1 < size; i++)
		target[used + i] = source[i];
	if (used < size)
		target[used + i] = '\0';
	return used + length;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
