/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h: what came of a replayed capture, added up over the answers of the
 * daemon, and how it is shown.
 */
#ifndef NETINST_CLI_REPLAY_H
#define NETINST_CLI_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "command.h"

struct replay_totals {
	uint64_t frames;  /* read from the capture */
	uint64_t other;	  /* of them, without IP or ARP */
	uint64_t packets; /* that the daemon has answered for */
	uint64_t passed, dropped, skipped; /* of those */
	uint64_t malformed;		   /* also those that were not sent */
	int64_t elapsed; /* nanoseconds, by the clock on the wall */
	int64_t time;	 /* nanoseconds, in the daemon */
	json_t *hooks;	 /* as in the results; sums */
};

void replay_begin(struct replay_totals *totals);

/* Adds the time and the hooks of a result of packet.run. */
void replay_add(struct replay_totals *totals, const json_t *result);

/* Prints the totals: for people, or as one object with --json. */
void replay_show(
    const struct invocation *invocation, const struct replay_totals *totals);

/* All but the structure. */
void replay_free(struct replay_totals *totals);

#endif
