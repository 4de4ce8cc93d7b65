/* SPDX-License-Identifier: Apache-2.0 */
/* netns_timer.c: owns nothing. netns thread. */
#include "source/netns/netns_timer.h"

#include <event2/event.h>

#include "lib/clock.h"

void
netns_timer_arm(struct event *timer, int64_t delay)
{
	const struct timeval in = {
	    .tv_sec = delay / NS_PER_SEC,
	    .tv_usec = delay % NS_PER_SEC / 1000,
	};

	(void)event_add(timer, &in);
}

void
netns_timer_need(struct event *timer, int64_t delay)
{
	if (evtimer_pending(timer, NULL) == 0)
		netns_timer_arm(timer, delay);
}
