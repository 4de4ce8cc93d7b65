/* SPDX-License-Identifier: Apache-2.0 */
/*
 * final_snapshot.h: the last values of an instance's kstats, for one listener.
 * It gets each kstat that goes while its instance shuts down, as it last was;
 * what is left when all shutdowns are over; and then that the instance is down.
 * A kstat with a ks_update is updated first, for its plugin is still there. Two
 * kinds are left out, because their values cannot be known: one that its own
 * ks_update deletes, and one in the memory of a plugin that has left already.
 * The listener can also give an instance, as it begins, what an earlier one had
 * left.
 */
#ifndef NETINST_CORE_FINAL_SNAPSHOT_H
#define NETINST_CORE_FINAL_SNAPSHOT_H

#include "core/object/instance.h"
#include "core/kstat/kstat_read.h"

struct final_listener {
	/* Both on the instance's strand, no lock is held; must not wait. */
	void (*kstat_gone)(void *arg, struct instance *instance,
	    const struct kstat_snapshot *last);
	void (*instance_down)(void *arg, struct instance *instance);
	/*
	 * Before the first callback of an instance: what its plugins are to
	 * find in a raw kstat, history:0:before, from then until it is down.
	 * The bytes are the caller's to free; NULL: there is none.
	 */
	void *(*instance_begins)(
	    void *arg, struct instance *instance, size_t *size);
	void *arg;
	/* Only kstats of this class. */
	const char *class;
};

/* Before the first instance; borrowed. NULL: nobody. */
void core_set_final_listener(const struct final_listener *wanted);

#endif
