/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_track.h: the tracker: which names and which process hold each
 * namespace, its two deaths, and when our own hold begins and ends. netns
 * thread; answers of the core come back to it.
 */
#ifndef NETINST_SOURCE_NETNS_TRACK_H
#define NETINST_SOURCE_NETNS_TRACK_H

#include "source/netns/netns.h"
#include "exec/mailbox.h"

struct event_base;
struct netns_track;

/*
 * Starts discovery; what is there is on its way to the core then. mailbox: a
 * reference is kept; it is run from base.
 */
struct netns_track *netns_track_start(struct event_base *base,
    struct mailbox *mailbox, const struct netns_config *config);

/* Nothing is tracked any more; closes the mailbox. */
void netns_track_stop(struct netns_track *track);

#endif
