/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h: private to core/: how a documented function that changes something
 * on one instance gets onto that instance's strand.
 */
#ifndef NETINST_CORE_CALL_H
#define NETINST_CORE_CALL_H

#include <netinst/kstat.h>

#include "core/object/core_impl.h"

struct call_answer;

struct call {
	/*
	 * The work, on the strand; bool as in pair.h. It sets result, which
	 * is 0 before.
	 */
	bool (*run)(struct instance *instance, struct call *call);
	int result;
	bool begun; /* for run to know that it is called again */
	/* Arguments; each run uses its own. Borrowed, except owner. */
	hook_notify_fn_t function;
	void *arg;
	struct claim claim; /* who calls: references */
	struct net_data *protocol;
	kid_t kid;
	uint64_t epoch; /* as for hook_remove() */
	/* call.c's: */
	struct job job;
	struct call_answer *answer;
	struct completion *over;
};

/* Somebody waits for, or gets, its result. */
bool call_is_awaited(const struct call *call);

/*
 * Makes the call; copies it. Inside a callback on that instance it runs at
 * once; inside one on another it is queued and 0 is returned; otherwise this
 * waits for the end. Returns the call's result. claim.registrant is filled in
 * here, claim.owner is given.
 */
int call_make(struct instance *instance, const struct call *call);

/* The registrant whose callback is calling, or NULL; borrowed. */
struct registrant *registrant_of_caller(void);

/*
 * Whether somebody may leave something on an instance. In a callback there: as
 * long as its registrant has a pair there, with which that is cleaned up (a
 * hook of its may run there without one), so no callback is refused what it
 * needs. Elsewhere: not once registrant or owner is leaving, for the sweep that
 * cleans up may have been there already. Strand, or under the lock.
 */
bool maker_is_welcome(
    const struct instance *instance, const struct claim *maker);

#endif
