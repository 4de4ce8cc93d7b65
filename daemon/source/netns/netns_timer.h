/* SPDX-License-Identifier: Apache-2.0 */
/* netns_timer.h: timers of the netns thread, in nanoseconds. */
#ifndef NETINST_SOURCE_NETNS_TIMER_H
#define NETINST_SOURCE_NETNS_TIMER_H

#include <stdint.h>

struct event;

/* It is due in so long. */
void netns_timer_arm(struct event *timer, int64_t delay);

/* The same, but one that runs already is not put off. */
void netns_timer_need(struct event *timer, int64_t delay);

#endif
