/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.h: what one instance counted: takes samples of its namespace, shows
 * the last one as kstats, and says at its end how good that is. Belongs to the
 * instance's strand; no lock.
 */
#ifndef IPSTAT_ACCOUNT_H
#define IPSTAT_ACCOUNT_H

#include <stdbool.h>

#include <netinst/kstat.h>

#include "before.h"
#include "links.h"

/* Kstats that are made of files. */
#define ACCOUNT_GROUPS 12
/* Links that are remembered to have gone before they were sampled. */
#define ACCOUNT_LEFT 16

struct account {
	netid_t id;
	struct links links;
	struct before before;
	kstat_t *groups[ACCOUNT_GROUPS], *total, *record, *after;
	hrtime_t since;	 /* the last whole sample, before that the beginning */
	hrtime_t unseen; /* for how long a link that vanished was not */
	hrtime_t visit;	 /* what the last sample took */
	uint64_t samples, failed;
	uint64_t missed; /* links that came and went between two samples */
	/* Those that seem to have, since the last sample: their indexes. */
	int left[ACCOUNT_LEFT];
	unsigned left_count; /* may be more: how many there were */
};

void account_init(struct account *account, netid_t id);
/*
 * Takes a sample of the namespace that the calling thread is in. False: it was
 * not whole; what could be read is shown all the same.
 */
bool account_sample(struct account *account);
/* A sample could not even be tried. */
void account_missed(struct account *account);
/* Whether the last sample has a link of that index and name. */
bool account_knows(const struct account *account, int index, const char *name);
/* A link came. */
void account_came(struct account *account, int index);
/* A link went. True when no sample had it: only the next one counts it. */
bool account_left(struct account *account, int index);
/*
 * At the end: shows how good the figures are. final: the last sample was taken
 * just now, and was whole.
 */
void account_conclude(struct account *account, bool final);
/* Deletes the kstats. */
void account_end(struct account *account);

#endif
