/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarm.c: a list in order of time. Most alarms are set for the same delay, so
 * a new one belongs to the end, or near it. Cancelling does not disarm: the
 * needless wake-up costs less than a system call for every line.
 */
#include "ctl/serve/alarm.h"

#include <stddef.h>

#include "lib/clock.h"

void
alarms_init(
    struct alarms *alarms, void (*arm)(void *arg, int64_t at), void *arg)
{
	TAILQ_INIT(&alarms->queue);
	alarms->arm = arm;
	alarms->arg = arg;
}

void
alarm_init(struct alarm *alarm, void (*ring)(struct alarm *alarm))
{
	alarm->set = false;
	alarm->ring = ring;
}

void
alarm_set(struct alarms *alarms, struct alarm *alarm, int64_t after)
{
	struct alarm *before;

	alarm_cancel(alarms, alarm);
	alarm->at = clock_monotonic() + after;
	alarm->set = true;
	before = TAILQ_LAST(&alarms->queue, alarm_queue);
	while (before != NULL && before->at > alarm->at)
		before = TAILQ_PREV(before, alarm_queue, link);
	if (before != NULL) {
		TAILQ_INSERT_AFTER(&alarms->queue, before, alarm, link);
		return;
	}
	TAILQ_INSERT_HEAD(&alarms->queue, alarm, link);
	alarms->arm(alarms->arg, alarm->at);
}

void
alarm_cancel(struct alarms *alarms, struct alarm *alarm)
{
	if (!alarm->set)
		return;
	alarm->set = false;
	TAILQ_REMOVE(&alarms->queue, alarm, link);
}

void
alarms_run(struct alarms *alarms)
{
	int64_t now = clock_monotonic();
	struct alarm *alarm;

	while (
	    (alarm = TAILQ_FIRST(&alarms->queue)) != NULL && alarm->at <= now) {
		alarm_cancel(alarms, alarm);
		alarm->ring(alarm);
	}
	if (alarm != NULL)
		alarms->arm(alarms->arg, alarm->at);
}
