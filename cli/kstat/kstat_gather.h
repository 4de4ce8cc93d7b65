/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_gather.h: kstats in the order of kstat(8). The daemon lists them in the
 * order of their making, so those of an instance are gathered before they are
 * printed: as text, which takes a fraction of the memory that JSON does.
 */
#ifndef NETINST_CLI_KSTAT_GATHER_H
#define NETINST_CLI_KSTAT_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "kstat/kstat_form.h"

struct kstat_gather;

/* form is BORROWED. */
struct kstat_gather *kstat_gather_create(const struct kstat_form *form);
void kstat_gather_free(struct kstat_gather *gather);

/*
 * Takes the statistics of a kstat that match; the kstat may go then. Returns
 * how many.
 */
size_t kstat_gather_add(struct kstat_gather *gather,
    const struct kstat_pattern *statistic, const json_t *kstat);

/*
 * Prints what has been taken, sorted by module, instance, and name, letters in
 * either case being the same, and forgets it.
 */
void kstat_gather_print(struct kstat_gather *gather, FILE *out);

/*
 * The end of the report. Objects are printed as one array on one line, which
 * is closed here; when nothing has been printed, and that is a result (not a
 * failure, which was reported), it is an empty one.
 */
void kstat_gather_end(struct kstat_gather *gather, FILE *out, bool is_result);

#endif
