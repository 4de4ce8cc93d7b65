/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.h: whether the last figures of a namespace are final. They are
 * when, right before our descriptor is closed, no socket is in the namespace
 * and its links count what the figures say, and right after it the namespace is
 * gone: then nobody else had it who could still count something.
 *
 * A socket that was closed keeps its namespace for some milliseconds, those of
 * the last reading, too. As long as there is one, a seal waits for it, with the
 * descriptor, on the netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_SEAL_H
#define NETINST_SOURCE_NETNS_SEAL_H

#include "source/netns.h"

struct event_base;
struct netns_place;
struct netns_seal;
struct netns_seals;

/* At most, and never beyond the release deadline. */
#define NETNS_SEAL_WAIT (1000 * NS_PER_MS)

/*
 * The shutdown callbacks have run; on the worker that ran the last of them.
 * True: a seal that was asked for has to wait, and the descriptor stays; else
 * nothing is held any more.
 */
bool netns_seal_close(struct netns_place *place);

/* What was asked for is not known, unless it is already. Any thread. */
void netns_seal_fail(struct netns_place *place);

/* netns thread: those that wait. */
struct netns_seals *netns_seals_create(struct event_base *base);
/* None is known. */
void netns_seals_free(struct netns_seals *seals);
/* After netns_seal_close(); until: clock_monotonic. Takes a reference. */
void netns_seals_watch(
    struct netns_seals *seals, struct netns_place *place, int64_t until);

#endif
