/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.h: private to core/: doing one thing on every live instance, ascending
 * by id, each on its own strand.
 *
 * A sweep covers the instances that exist when it starts. It works in phases;
 * one begins when the last is over on every instance. A limited number of
 * visits is under way at a time; each, when done, goes on to the next instance
 * that nobody has visited yet, so a slow instance holds up one visit only.
 * With inside set, the instance whose callback the caller is in, if any, is
 * visited at once, the others are queued.
 */
#ifndef NETINST_CORE_SWEEP_H
#define NETINST_CORE_SWEEP_H

#include "core/object/core_impl.h"

/* Visits under way at a time; more than workers that can hang. */
#define SWEEP_VISITS 4096

struct sweep;
struct hook_drain;

/* Does it on one instance, on its strand; bool as in pair.h. */
typedef bool (*sweep_phase_fn)(struct instance *instance, void *subject);

struct sweep_kind {
	sweep_phase_fn phases[2]; /* the second may be NULL */
	/* All is done; the subject is given back, before done. Or NULL. */
	void (*finish)(void *subject);
	/* Whose hooks must not run any more before that; NULL: nobody's. */
	void (*name_drain)(void *subject, struct hook_drain *drain);
};

/*
 * Sweeps over the ids from first to last, as far as they were given by now.
 * subject: stolen, handed to the phases and then to kind->finish. inside: only
 * for what a plugin itself asks for. Nothing of another's may run in its frame.
 */
void sweep_start(const struct sweep_kind *kind, bool inside, netid_t first,
    netid_t last, void *subject, core_done_fn done, void *arg);

/* lifecycle.c's phase: destroys the instance, however far it is. Strand. */
bool lifecycle_end_all(struct instance *instance, void *subject);

#endif
