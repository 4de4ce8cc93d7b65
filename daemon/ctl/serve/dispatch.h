/* SPDX-License-Identifier: Apache-2.0 */
/* dispatch.h: from the text of a request to the method it asks for. */
#ifndef NETINST_CTL_DISPATCH_H
#define NETINST_CTL_DISPATCH_H

#include "ctl/serve/request.h"
#include "ctl/serve/rpc.h"
#include "lib/scan.h"

/*
 * Reads one request and serves it: finds the method, checks authority and
 * parameters, calls the handler. The caller has filled in call's session, out
 * and start, and batch with slot; outside a batch nothing may follow the
 * request in the text. Loop thread.
 */
void dispatch_serve(struct rpc_call *call, struct scan *scan);

/*
 * Answers a malformed request; a client that breaks a limit is read no further.
 */
const struct rpc_answered *dispatch_refuse(
    struct rpc_call *call, const struct request_fault *fault);

#endif
