/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarm.h: what has to happen if something else does not happen in time: a
 * line that is not finished, a plugin that does not answer. Loop thread.
 */
#ifndef NETINST_CTL_ALARM_H
#define NETINST_CTL_ALARM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct alarm {
	TAILQ_ENTRY(alarm) link;
	int64_t at; /* clock_monotonic */
	bool set;
	void (*ring)(struct alarm *alarm);
};

struct alarms {
	TAILQ_HEAD(alarm_queue, alarm) queue; /* the earliest first */
	/* See to it that alarms_run() is called at that time. */
	void (*arm)(void *arg, int64_t at);
	void *arg;
};

void alarms_init(
    struct alarms *alarms, void (*arm)(void *arg, int64_t at), void *arg);

void alarm_init(struct alarm *alarm, void (*ring)(struct alarm *alarm));

/* Rings after so many nanoseconds; moves an alarm that is set. */
void alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t after);

/* One that is not set is legal. */
void alarm_cancel(struct alarms *alarms, struct alarm *alarm);

/* Rings what is due, and arms for what comes next. */
void alarms_run(struct alarms *alarms);

#endif
