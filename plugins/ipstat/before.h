/* SPDX-License-Identifier: Apache-2.0 */
/*
 * before.h: what an earlier life of the same namespace had counted at its end,
 * which is in the record of that life and so in no figure of this one: as text
 * from that life to the record's keeper, and from there to this one. Belongs to
 * one instance's strand; no lock.
 *
 * The text has a line for each link, "link INDEX ADDRESS COUNTER... NAME", and
 * for each statistic, "KSTAT STATISTIC VALUE". The line "unknown" says that
 * there may have been a life that is unknown now: then only what is counted
 * after the first sample counts, so nothing is in two records.
 */
#ifndef IPSTAT_BEFORE_H
#define IPSTAT_BEFORE_H

#include <stdbool.h>

#include <netinst/kstat.h>

#include "figures.h"
#include "links.h"

/* The kstat in which an instance finds it, and the one in which it leaves it.
 */
#define BEFORE_FROM_MODULE "history"
#define BEFORE_FROM_NAME   "before"
#define BEFORE_TO_NAME	   "after"

struct before_figure {
	char kstat[KSTAT_STRLEN], name[KSTAT_STRLEN];
	uint64_t value;
};

struct before {
	bool unknown;
	struct before_figure *list;
	unsigned count, next; /* where the next one is looked for first */
};

/* Takes what there is for that instance; its links are expected in links. */
void before_read(struct before *before, netid_t id, struct links *links);

/* The first figures of a kstat, where what was counted is not known. */
void before_begin(
    struct before *before, const char *kstat, const struct figures *figures);

/* Takes from figures of a kstat what was counted before; not from gauges. */
void before_subtract(
    struct before *before, const char *kstat, struct figures *figures);

/*
 * Leaves what was counted until now, for a life after this one: that of links,
 * and of kstats, which show what this life counted.
 */
kstat_t *before_leave(const struct before *before, netid_t id,
    const struct links *links, kstat_t *const *kstats, unsigned count);

void before_free(struct before *before);

#endif
