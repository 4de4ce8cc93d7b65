/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farewell_impl.h: private to core/: when somebody is to be told that a kstat
 * or an instance goes. All on the instance's strand, with no lock held.
 */
#ifndef NETINST_CORE_FAREWELL_IMPL_H
#define NETINST_CORE_FAREWELL_IMPL_H

#include "core/kstat/farewell.h"
#include "core/kstat/kstat_impl.h"

/* No callback has been made yet. Again: does nothing. */
void farewell_begin(struct instance *instance);

/*
 * A plugin deletes it; it is still listed. True: its ks_update was called,
 * which may have deleted it. A persistent one stays, and has its turn later.
 */
bool farewell_delete(struct instance *instance, struct kstat_entry *entry);

/* It was left behind by somebody whose code must not be called any more. */
void farewell_leave(struct instance *instance, struct kstat_entry *entry);

/* Every shutdown is over: what is left, and that the instance is down. */
void farewell_down(struct instance *instance);

#endif
