/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_visit.h: private to core/: kstats that are visible in instances that
 * are not their own.
 */
#ifndef NETINST_CORE_KSTAT_VISIT_H
#define NETINST_CORE_KSTAT_VISIT_H

#include "core/kstat/kstat_impl.h"

/* Ends all visits of a kstat; the table's lock is held. */
void kstat_visits_end(struct kstat_entry *entry);

/* Ends all visits to an instance. */
void kstat_visitors_end(struct instance *instance);

/* Visitors, or NULL; the instance's lock is held. */
struct kstat_entry *kstat_visitor_find(
    const struct instance *instance, const struct kstat_key *key);
/* The first whose kid is above after. */
struct kstat_entry *kstat_visitor_after(
    const struct instance *instance, kid_t after);

/* The table's lock is held. Whether it can be seen there. */
bool kstat_is_visible(const struct kstat_entry *entry, zoneid_t zone);
/* Likewise, and the lock of where; why it cannot be, or NULL. */
const char *kstat_visit_add(struct kstat_entry *entry, struct instance *where);
/* Likewise; false: it does not visit that one. */
bool kstat_visit_remove(struct kstat_entry *entry, zoneid_t zone);

#endif
