/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.h: whether the last figures of a namespace are final. They are
 * when its links still count what the figures say after it has ended, for then
 * nobody had it any more who could count something. The kernel ends it first
 * and takes its links away some milliseconds later; between the two they are
 * read (netns_figures.h), without anything that would keep it alive. Where that
 * moment is missed, it is not known.
 *
 * So it is best to be the last that has it. A socket that was closed keeps its
 * namespace for some milliseconds, those of the last reading, too: as long as
 * there is one, a seal waits for it, with the descriptor, on the netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_SEAL_H
#define NETINST_SOURCE_NETNS_SEAL_H

#include "source/netns/netns.h"

struct event_base;
struct netns_identity;
struct netns_place;
struct netns_seal;
struct netns_seals;

/* For sockets; at most, and never beyond the release deadline. */
#define NETNS_SEAL_WAIT (1000 * NS_PER_MS)

/* What netns_seal() asks, of a place; any thread. */
bool netns_place_seal(struct netns_place *place,
    const struct netns_figures *figures, netns_sealed_fn done, void *arg);

/*
 * The shutdown callbacks have run; on the worker that ran the last of them.
 * True: a seal that was asked for has to wait, perhaps with the descriptor;
 * else nothing is held any more.
 */
bool netns_seal_close(struct netns_place *place);

/* What was asked for is not known, unless it is already. Any thread. */
void netns_seal_fail(struct netns_place *place);

/* How many descriptors those that wait have; any thread. */
size_t netns_seals_views(void);

/* netns thread: those that wait. */
struct netns_seals *netns_seals_create(struct event_base *base);
/* None is known. */
void netns_seals_free(struct netns_seals *seals);
/* After netns_seal_close(); until: clock_monotonic. Takes a reference. */
void netns_seals_watch(
    struct netns_seals *seals, struct netns_place *place, int64_t until);
/* That namespace begins again: what waits of it is answered before. */
void netns_seals_fail(
    struct netns_seals *seals, const struct netns_identity *identity);

#endif
