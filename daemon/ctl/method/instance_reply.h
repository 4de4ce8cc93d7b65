/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_reply.h: instances as clients name them and as they are shown to
 * clients. Loop thread.
 */
#ifndef NETINST_CTL_INSTANCE_REPLY_H
#define NETINST_CTL_INSTANCE_REPLY_H

#include "core/object/instance.h"
#include "ctl/serve/params.h"
#include "ctl/serve/rpc.h"
#include "lib/emit.h"

/* Writes the members of an instance: id, name, ... */
void instance_reply_write(struct buffer *out, struct instance *instance);

/* Writes the names of its protocols as an array. */
void instance_reply_protocols(
    struct buffer *out, const char *key, struct instance *instance);

/*
 * Finds the instance that a parameter means and stores a reference. NULL when
 * found, else the answer to the call, and *instance is NULL.
 */
const struct rpc_answered *instance_reply_find(struct rpc_call *call,
    const struct param_value *value, struct instance **instance);

/* The same for a use that its source may refuse; what: "be shut down". */
enum instance_use { TO_CHANGE, TO_END };
const struct rpc_answered *instance_reply_find_to(enum instance_use use,
    const char *what, struct rpc_call *call, const struct param_value *value,
    struct instance **instance);

#endif
