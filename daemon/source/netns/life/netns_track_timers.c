/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_track_timers.c: arms the tracker's timers, which netns_track.c owns.
 * netns thread.
 */
#include "source/netns/life/netns_track_timers.h"

#include <event2/event.h>

#include "source/netns/life/netns_life.h"

/* Between two looks at what nobody tells of, when no interval is configured. */
#define TICK_DEFAULT (5 * NS_PER_SEC)
/* Until the links are tried again, when they cannot be listened to. */
#define LINK_AGAIN NS_PER_SEC

void
netns_track_arm(struct event *timer, int64_t nanoseconds)
{
	struct timeval delay = {
	    .tv_sec = nanoseconds / NS_PER_SEC,
	    .tv_usec = nanoseconds % NS_PER_SEC / 1000,
	};

	(void)event_add(timer, &delay);
}

void
netns_track_need_tick(struct netns_track *track)
{
	int64_t interval = track->config.scan_interval;

	if (evtimer_pending(track->tick, NULL) == 0)
		netns_track_arm(
		    track->tick, interval > 0 ? interval : TICK_DEFAULT);
}

void
netns_track_need_follow(struct netns_track *track)
{
	if (evtimer_pending(track->follow, NULL) == 0)
		netns_track_arm(track->follow, NETNS_FOLLOW_INTERVAL);
}

void
netns_track_need_link(struct netns_track *track)
{
	if (evtimer_pending(track->link_again, NULL) == 0)
		netns_track_arm(track->link_again, LINK_AGAIN);
}
