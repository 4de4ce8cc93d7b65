/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_seal_ask.h: what was asked for of a place: whether the last figures of
 * its namespace are final, which life/netns_seal.h finds out. Any thread.
 */
#ifndef NETINST_SOURCE_NETNS_SEAL_ASK_H
#define NETINST_SOURCE_NETNS_SEAL_ASK_H

#include "source/netns/netns.h"

struct netns_place;

struct netns_seal {
	struct netns_figures figures;
	int64_t closed; /* clock_monotonic: when we let go; 0: not yet */
	int view;	/* of its figures since then; -1: none */
	netns_sealed_fn done;
	void *arg;
};

/* What netns_seal() asks, of a place. */
bool netns_place_seal(struct netns_place *place,
    const struct netns_figures *figures, netns_sealed_fn done, void *arg);

/* Its figures are read by that view from now on. Steals the descriptor. */
void netns_seal_view(struct netns_seal *seal, int view);

/* Off its place: calls done and frees it. */
void netns_seal_answer(struct netns_seal *seal, bool sealed);

/* What was asked for is not known, unless it is already. */
void netns_seal_fail(struct netns_place *place);

/* How many descriptors those that wait have. */
size_t netns_seals_views(void);

#endif
