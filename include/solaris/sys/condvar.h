/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/condvar.h: the framework's conditions under the names of the DDI. Times
 * are in ticks of 10 ms, those of cv_timedwait() on the clock of
 * ddi_get_lbolt(). No signal interrupts the waits that could be.
 */
#ifndef NETINST_SOLARIS_SYS_CONDVAR_H
#define NETINST_SOLARIS_SYS_CONDVAR_H

#include <sys/mutex.h>
#include <sys/time.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum time_res {
	TR_NANOSEC,
	TR_MICROSEC,
	TR_MILLISEC,
	TR_SEC,
	TR_CLOCK_TICK
} time_res_t;

/* 1; never 0, which would be a signal. */
static inline int
cv_wait_sig(kcondvar_t *cv, kmutex_t *mutex)
{
	cv_wait(cv, mutex);
	return 1;
}

/* 1, or -1: the time came first. */
static inline clock_t
cv_timedwait(kcondvar_t *cv, kmutex_t *mutex, clock_t when)
{
	return cv_wait_until(cv, mutex, (hrtime_t)when * NETINST_TICK);
}

static inline clock_t
cv_timedwait_sig(kcondvar_t *cv, kmutex_t *mutex, clock_t when)
{
	return cv_timedwait(cv, mutex, when);
}

static inline clock_t
cv_reltimedwait(
    kcondvar_t *cv, kmutex_t *mutex, clock_t ticks, time_res_t precision)
{
	(void)precision;
	return cv_wait_until(
	    cv, mutex, gethrtime() + (hrtime_t)ticks * NETINST_TICK);
}

static inline clock_t
cv_reltimedwait_sig(
    kcondvar_t *cv, kmutex_t *mutex, clock_t ticks, time_res_t precision)
{
	return cv_reltimedwait(cv, mutex, ticks, precision);
}

#ifdef __cplusplus
}
#endif

#endif
