/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_filter.h: which kstats a client wants to see. Made on the loop thread
 * and not changed any more; read on any thread, also after the client is gone,
 * and so counted: hold and release are for the loop thread.
 */
#ifndef NETINST_CTL_KSTAT_FILTER_H
#define NETINST_CTL_KSTAT_FILTER_H

#include <stdbool.h>

#include <netinst/kstat.h>

struct kstat_filter;

/* Each is a pattern (glob.h), copied, or NULL: anything. */
struct kstat_patterns {
	const char *ip_instance, *module, *instance, *name, *statistic, *class;
};

/* Returns a reference for kstat_filter_release(). */
struct kstat_filter *kstat_filter_create(const struct kstat_patterns *patterns);
void kstat_filter_hold(struct kstat_filter *filter);
void kstat_filter_release(struct kstat_filter *filter);

bool kstat_filter_wants_instance(
    const struct kstat_filter *filter, const char *name);

/* A kstat_match_fn; arg: the filter. */
bool kstat_filter_wants_kstat(void *arg, const kstat_t *kstat);

bool kstat_filter_wants_statistic(
    const struct kstat_filter *filter, const char *name);

#endif
