/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.h: several requests on one line, answered on one line, in the order in
 * which they were asked. They are served one after the other, each in a turn
 * of its own, without one waiting for the answer of the one before. Loop
 * thread.
 */
#ifndef NETINST_CTL_BATCH_H
#define NETINST_CTL_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buffer.h"
#include "lib/scan.h"

struct batch;
struct rpc_call;
struct session;

/*
 * Begins a batch: text (copied) was found to be an array of count requests.
 * The session serves it by batch_step().
 */
struct batch *batch_create(
    struct session *session, const char *text, size_t length, unsigned count);

/*
 * Serves the next request, by serve (dispatch_serve()); false when all are
 * served.
 */
bool batch_step(struct batch *batch,
    void (*serve)(struct rpc_call *call, struct scan *scan));

/*
 * One request of the batch was answered: what was written to call->out is
 * taken over. The last one sends the whole and frees the batch.
 */
void batch_settle(struct rpc_call *call);

/* The client is gone: what is not served yet will not be. May free it. */
void batch_abandon(struct batch *batch);

/* One request of an abandoned batch will not be answered. May free it. */
void batch_drop(struct batch *batch);

#endif
