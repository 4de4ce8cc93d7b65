/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal.h: whether the last figures of a namespace are final. They are
 * when its links still count the same after it has ended: then nobody was in it
 * who could count anything. The kernel ends it first and removes its links some
 * milliseconds later; between the two they are read (netns_figures.h), without
 * keeping it alive. If that moment is missed, it is not known.
 *
 * So it is best to hold it last. A socket that was closed keeps its namespace
 * for some milliseconds, those of the last reading, too: while there is one, a
 * seal waits for it, with the descriptor, on the netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_SEAL_H
#define NETINST_SOURCE_NETNS_SEAL_H

#include "source/netns/netns.h"

struct event_base;
struct netns_identity;
struct netns_ref;
struct netns_seal;
struct netns_seals;

/* For sockets; at most, and never beyond the release deadline. */
#define NETNS_SEAL_WAIT (1000 * NS_PER_MS)

/*
 * The shutdown callbacks have run; on the worker that ran the last of them.
 * True: a seal that was asked for has to wait, perhaps with the descriptor;
 * else nothing is held any more.
 */
bool netns_seal_close(struct netns_ref *ref);

/* netns thread: those that wait. */
struct netns_seals *netns_seals_create(struct event_base *base);
/* None is known. */
void netns_seals_free(struct netns_seals *seals);
/* After netns_seal_close(); until: clock_monotonic. Takes a reference. */
void netns_seals_watch(
    struct netns_seals *seals, struct netns_ref *ref, int64_t until);
/* That namespace begins again: what waits of it is answered before. */
void netns_seals_fail(
    struct netns_seals *seals, const struct netns_identity *identity);

#endif
