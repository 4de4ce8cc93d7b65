/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.h: a change to an instance that a client asked for, from the call to
 * the answer: with wait it is answered when the core is through with it,
 * without as soon as the core has taken it on. Loop thread.
 */
#ifndef NETINST_CTL_CHANGE_H
#define NETINST_CTL_CHANGE_H

#include <stdbool.h>

#include "core/core.h"
#include "core/object/instance.h"
#include "ctl/serve/rpc.h"

/* What is to be changed; lives for the call. */
struct change_order {
	struct instance *instance; /* a reference; NULL: to be created */
	const struct instance_config *config; /* of the one to be created */
	const char *protocol; /* to be added or removed; else NULL */
	/* Asks the instance's source; what it returns is a function's of
	 * instance.h. The one created, if any, goes to order->instance. */
	int (*start)(struct change_order *order, core_done_fn done, void *arg);
};

/* Takes the order on, and its reference, and answers the call. */
const struct rpc_answered *change_carry_out(
    struct rpc_call *call, struct change_order *order, bool wait);

#endif
