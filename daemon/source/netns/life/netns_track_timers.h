/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_track_timers.h: private to the netns thread: asks the tracker to look
 * at something again later. A timer that runs already is not put off.
 */
#ifndef NETINST_SOURCE_NETNS_TRACK_TIMERS_H
#define NETINST_SOURCE_NETNS_TRACK_TIMERS_H

#include <stdint.h>

struct event;
struct netns_track;

/* Something has to be looked at now and then. */
void netns_track_need_tick(struct netns_track *track);

/* The link is not whole, or has not numbered all. */
void netns_track_need_link(struct netns_track *track);

/* Processes have to be followed. */
void netns_track_need_follow(struct netns_track *track);

/* A timer of the netns thread: it is due in so many nanoseconds. */
void netns_track_arm(struct event *timer, int64_t nanoseconds);

#endif
