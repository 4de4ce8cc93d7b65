/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_filter.h: which kstats a client wants to see. The loop thread makes,
 * holds and releases it; it never changes, and any thread reads it, also after
 * the client is gone.
 */
#ifndef NETINST_CTL_KSTAT_FILTER_H
#define NETINST_CTL_KSTAT_FILTER_H

#include <stdbool.h>

#include <netinst/kstat.h>

#include "ctl/serve/rpc.h"

struct kstat_filter;

/*
 * Makes one of the parameters of kstat.read, with a reference for
 * kstat_filter_release(). NULL, or the answer when a pattern is not whole.
 */
const struct rpc_answered *kstat_filter_create(
    struct rpc_call *call, struct kstat_filter **filter);
void kstat_filter_hold(struct kstat_filter *filter);
void kstat_filter_release(struct kstat_filter *filter);

/* Whether a text matches the parameter which: READ_IP_INSTANCE, ... */
bool kstat_filter_wants(
    const struct kstat_filter *filter, unsigned which, const char *text);

/* A kstat_match_fn; arg: the filter. */
bool kstat_filter_wants_kstat(void *arg, const kstat_t *kstat);

#endif
