/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstats.h: the plugin's kstats, who made each, and their data in guarded
 * memory. Any thread.
 */
#ifndef NETINST_CHECK_KSTATS_H
#define NETINST_CHECK_KSTATS_H

#include <netinst/kstat.h>

#include "check/board.h"

/* For net_kstat_create(), which counts as an allocation; and _delete(). */
kstat_t *kstats_create(netid_t id, const char *module, int instance,
    const char *name, const char *class, uchar_t type, ulong_t ndata,
    uchar_t flags);
void kstats_delete(netid_t id, kstat_t *kstat);

/* The instance that has it; the global one when the kstat is unknown. */
netid_t kstats_home(const kstat_t *kstat);

/* A pair has ended: reports what it left. */
void kstats_after_destroy(const struct location *where);

/* Observes every statistic of an instance; nothing runs there. */
void kstats_observe(netid_t id);

/* Forgets the rest. Main thread; the plugin is unloaded. */
void kstats_finish(void);

#endif
