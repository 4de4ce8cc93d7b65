/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_snapshot.h: private to core/: copies of what one kstat holds, of every
 * type. The caller holds its ks_lock, if it has one.
 */
#ifndef NETINST_CORE_KSTAT_SNAPSHOT_H
#define NETINST_CORE_KSTAT_SNAPSHOT_H

#include "core/kstat/kstat_impl.h"
#include "core/kstat/kstat_read.h"

/*
 * Whether it is numbers in the framework's own memory, under its own lock,
 * which is held: then no plugin code is needed to read it.
 */
bool kstat_snapshot_is_plain(const struct kstat_entry *entry);

/* All of one that is plain; whatever its maker does, no plugin code runs. */
void kstat_snapshot_take_plain(
    struct kstat_snapshot *snapshot, struct kstat_entry *entry);

/* Fills in all but the data; the snapshot was zeroed. */
void kstat_snapshot_head(
    struct kstat_snapshot *snapshot, const struct kstat_entry *entry);

/*
 * Fills in the data, by ks_snapshot where there is one. Returns 0 or an errno,
 * which goes into the snapshot too.
 */
int kstat_snapshot_take(
    struct kstat_snapshot *snapshot, struct kstat_entry *entry);

/*
 * What the kstat's ks_snapshot fills, for the caller to free, or NULL with an
 * errno. In a use.
 */
void *kstat_snapshot_ask(struct kstat_entry *entry, int *error);

/*
 * How many there are at data, which is the entry's or came from
 * kstat_snapshot_ask(): a plugin may have changed ks_ndata and ks_data_size.
 * False: they make no sense.
 */
bool kstat_snapshot_count(
    const struct kstat_entry *entry, const void *data, uint_t *count);

#endif
