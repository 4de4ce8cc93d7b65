/* SPDX-License-Identifier: Apache-2.0 */
/*
 * final_snapshot_impl.h: private to core/: the moments at which the listener
 * hears of a kstat or an instance. Strand, with no lock held.
 */
#ifndef NETINST_CORE_FINAL_SNAPSHOT_IMPL_H
#define NETINST_CORE_FINAL_SNAPSHOT_IMPL_H

#include "core/kstat/final_snapshot.h"
#include "core/kstat/kstat_impl.h"

/* No callback has been made yet. Again: does nothing. */
void final_snapshot_begin(struct instance *instance);

/*
 * A plugin deletes it; it is still listed. True: its ks_update was called,
 * which may have deleted it. A persistent one stays, and has its turn later.
 */
bool final_snapshot_of_deleted(
    struct instance *instance, struct kstat_entry *entry);

/* It was left behind by somebody whose code must not be called any more. */
void final_snapshot_of_left(
    struct instance *instance, struct kstat_entry *entry);

/* Every shutdown is over: what is left, and that the instance is down. */
void final_snapshot_down(struct instance *instance);

#endif
