/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_track.h: the lives of namespaces as instances: which names and which
 * process hold each, its two deaths, and when our own hold begins and ends.
 * netns thread; what the core answers comes back to it.
 */
#ifndef NETINST_SOURCE_NETNS_TRACK_H
#define NETINST_SOURCE_NETNS_TRACK_H

#include "source/netns.h"

struct event_base;
struct netns_track;

/* Starts discovery; what is there is on its way to the core then. */
int netns_track_start(struct netns_track **track, struct event_base *base,
    const struct netns_config *config);
/* Nothing is tracked any more; every descriptor is closed. */
void netns_track_stop(struct netns_track *track);

#endif
