/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstats.h: the kstats of the plugin, each remembered by who made it, with
 * their data in guarded memory. These functions stand in the place of those of
 * the same name in <netinst/kstat.h>. Any thread.
 */
#ifndef NETINST_CHECK_KSTATS_H
#define NETINST_CHECK_KSTATS_H

#include <netinst/kstat.h>

#include "check/board.h"

/*
 * As net_kstat_create(), with data of the guarded kind. One that fails counts
 * as an allocation.
 */
kstat_t *kstats_create(netid_t id, const char *module, int instance,
    const char *name, const char *class, uchar_t type, ulong_t ndata,
    uchar_t flags);
void kstats_delete(netid_t id, kstat_t *kstat);

/* The instance that one was made on; the global one for one not known. */
netid_t kstats_home(const kstat_t *kstat);

/* A pair is over: reports what it left. */
void kstats_after_destroy(const struct location *where);

/* Observes every statistic of an instance; nothing runs there. */
void kstats_observe(netid_t id);

/* Gives up the rest. Main thread, the plugin is unloaded. */
void kstats_finish(void);

#endif
