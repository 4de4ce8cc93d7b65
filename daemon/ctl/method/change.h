/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.h: a change to an instance that a client asked for, from the call to
 * the answer: with wait when the core has finished it, without as soon as the
 * core has accepted it. Loop thread.
 */
#ifndef NETINST_CTL_CHANGE_H
#define NETINST_CTL_CHANGE_H

#include <stdbool.h>

#include "core/core.h"
#include "core/object/instance.h"
#include "ctl/serve/rpc.h"

enum change_kind {
	CHANGE_CREATE,
	CHANGE_SHUTDOWN,
	CHANGE_DESTROY,
	CHANGE_ADD_PROTOCOL,
	CHANGE_REMOVE_PROTOCOL
};

/* What is to be changed; lives for the call. */
struct change_order {
	enum change_kind kind;
	struct instance *instance; /* a reference; NULL: to be created */
	const struct instance_config *config; /* of the one to be created */
	const char *protocol; /* to be added or removed; else NULL */
};

/* NULL, or the answer when that is no name of a protocol. */
const struct rpc_answered *change_check_protocol(
    struct rpc_call *call, const char *name);

/* Accepts the order, steals its reference, and answers the call. */
const struct rpc_answered *change_carry_out(
    struct rpc_call *call, struct change_order *order, bool wait);

#endif
