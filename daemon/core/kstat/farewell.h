/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farewell.h: who is told the last words of instances: each kstat that goes
 * while its instance is in or past the beginning of its shutdown, as it last
 * was, and then that the instance is down. What is left when the shutdowns are
 * over is told right before that; what goes later is not told. One with a
 * ks_update is updated first, for its plugin is still there. Two kinds are not
 * told, because nobody can say what they were: one that its own ks_update
 * deletes, and one in the memory of a plugin that has left already. It can also
 * give an instance, as it begins, what an earlier one had left.
 */
#ifndef NETINST_CORE_FAREWELL_H
#define NETINST_CORE_FAREWELL_H

#include "core/object/instance.h"
#include "core/kstat/kstat_read.h"

struct farewell {
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
void core_set_farewell(const struct farewell *farewell);

#endif
