/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_io.h: the data of kstats of the types interrupt, I/O and timer, and
 * the functions that keep it. (That of a raw one is ndata bytes of your own.)
 * kstat.h includes it.
 */
#ifndef NETINST_KSTAT_IO_H
#define NETINST_KSTAT_IO_H

#include <netinst/kstat_named.h>

#ifdef __cplusplus
extern "C" {
#endif

/* KSTAT_TYPE_INTR: one of these. */
#define KSTAT_INTR_HARD	    0
#define KSTAT_INTR_SOFT	    1
#define KSTAT_INTR_WATCHDOG 2
#define KSTAT_INTR_SPURIOUS 3
#define KSTAT_INTR_MULTSVC  4
#define KSTAT_NUM_INTRS	    5

typedef struct kstat_intr {
	uint_t intrs[KSTAT_NUM_INTRS];
} kstat_intr_t;

#define KSTAT_INTR_PTR(ks) ((kstat_intr_t *)(ks)->ks_data)

/* Counts one without a lock: kind is KSTAT_INTR_HARD to _MULTSVC. */
static inline void
kstat_intr_add(kstat_intr_t *intr, int kind)
{
	(void)__atomic_fetch_add(&intr->intrs[kind], 1U, __ATOMIC_RELAXED);
}

/* KSTAT_TYPE_IO: one of these. */
typedef struct kstat_io {
	uint64_t nread, nwritten; /* bytes */
	uint_t reads, writes;
	/* The queue of what waits: time there was one, time times its length */
	hrtime_t wtime, wlentime, wlastupdate;
	/* The same of what is being served. */
	hrtime_t rtime, rlentime, rlastupdate;
	uint_t wcnt, rcnt; /* in the queues now */
} kstat_io_t;

#define KSTAT_IO_PTR(ks) ((kstat_io_t *)(ks)->ks_data)

/*
 * Something comes to or leaves a queue; the last two move it from one to the
 * other at one moment. The caller holds the kstat's ks_lock. Taking from an
 * empty queue is refused with a log line.
 */
void kstat_waitq_enter(kstat_io_t *io);
void kstat_waitq_exit(kstat_io_t *io);
void kstat_runq_enter(kstat_io_t *io);
void kstat_runq_exit(kstat_io_t *io);
void kstat_waitq_to_runq(kstat_io_t *io);
void kstat_runq_back_to_waitq(kstat_io_t *io);

/* KSTAT_TYPE_TIMER: ndata of these. */
typedef struct kstat_timer {
	char name[KSTAT_STRLEN];
	uchar_t resv;
	uint64_t num_events;   /* stops */
	hrtime_t elapsed_time; /* of all events */
	hrtime_t min_time;     /* the shortest */
	hrtime_t max_time;     /* the longest */
	hrtime_t start_time;   /* of the last event */
	hrtime_t stop_time;
} kstat_timer_t;

#define KSTAT_TIMER_PTR(ks) ((kstat_timer_t *)(ks)->ks_data)

/*
 * Names a timer and zeroes it; starts and stops an event. One event at a
 * time; the caller holds the kstat's ks_lock.
 */
void kstat_timer_init(kstat_timer_t *timer, const char *name);
void kstat_timer_start(kstat_timer_t *timer);
void kstat_timer_stop(kstat_timer_t *timer);

#ifdef __cplusplus
}
#endif

#endif
