/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.c: the checks of every request, in this order, so that a refused one
 * has not begun: syntax, method, authority, parameters, requests in flight.
 * Only then the handler sees it. Loop thread.
 */
#include "ctl/serve/dispatch.h"

#include <inttypes.h>
#include <string.h>

#include "ctl/serve/batch.h"
#include "ctl/serve/method.h"
#include "ctl/serve/params.h"
#include "ctl/serve/pending.h"
#include "ctl/serve/request.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"

/* Requests that wait although their client is gone, at most. */
#define ABANDONED_MAX 4096
/* Of these, for clients who may change something. */
#define ABANDONED_RESERVED 1024

const struct rpc_answered *
dispatch_refuse(struct rpc_call *call, const struct request_fault *fault)
{
	if (fault->limit != 0) {
		call->session->refused = true;
		return rpc_error_limit(call, fault->code, fault->limit,
		    fault->hint, "%s", fault->text);
	}
	if (fault->code == RPC_PARSE_ERROR)
		return rpc_error(call, fault->code, fault->hint,
		    "not valid JSON: %s at byte %" PRId64, fault->text,
		    fault->position);
	return rpc_error(call, fault->code, fault->hint, "%s", fault->text);
}

static const struct rpc_answered *
dispatch_unknown(struct rpc_call *call, const struct scan_slice *name)
{
	int shown =
	    name->length < RPC_QUOTED_MAX ? (int)name->length : RPC_QUOTED_MAX;

	return rpc_error(call, RPC_METHOD_NOT_FOUND,
	    "rpc.discover tells which methods there are",
	    "there is no method '%.*s'", shown, name->text);
}

static const struct rpc_answered *
dispatch_deny(struct rpc_call *call)
{
	const char *group = call->session->service->admin_group;

	if (group == NULL)
		return rpc_error(call, RPC_PERMISSION_DENIED,
		    "root and the user that netinstd runs as may",
		    "you may not call %s", call->method->name);
	return rpc_error(call, RPC_PERMISSION_DENIED,
	    "root, the user that netinstd runs as and the members of its "
	    "admin group may",
	    "you may not call %s: you are not in the group '%s'",
	    call->method->name, group);
}

/* NULL when the call may be one more that waits. */
static const struct rpc_answered *
dispatch_check_room(struct rpc_call *call)
{
	const struct session *session = call->session;
	unsigned abandoned_max = session->may_write
				     ? ABANDONED_MAX
				     : ABANDONED_MAX - ABANDONED_RESERVED;

	if (session->in_flight >= RPC_IN_FLIGHT_MAX)
		return rpc_error_limit(call, RPC_LIMIT_REACHED,
		    RPC_IN_FLIGHT_MAX, "wait for answers before asking more",
		    "too many requests of this connection wait");
	if (session->service->abandoned >= abandoned_max)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, abandoned_max,
		    "system.status tells which callbacks hang",
		    "too many requests wait whose clients are gone");
	return NULL;
}

/* NULL: there is none of that name. */
static const struct method *
dispatch_find(const struct method_table *table, const struct scan_slice *name)
{
	/* Most rows are passed over by their length alone. */
	for (unsigned i = 0; i < table->count; i++)
		if (table->rows[i].name_length == name->length &&
		    memcmp(table->rows[i].name, name->text, name->length) == 0)
			return &table->rows[i];
	return NULL;
}

static const struct rpc_answered *
dispatch_call(struct rpc_call *call, struct request *request)
{
	const struct method *method =
	    dispatch_find(call->session->service->methods, &request->method);
	struct param_value values[PARAMS_MAX];
	const struct rpc_answered *answered;

	if (method == NULL)
		return dispatch_unknown(call, &request->method);
	call->method = method;
	if (method->authority == AUTHORITY_WRITE && !call->session->may_write)
		return dispatch_deny(call);
	answered = params_read(call, method->params, method->param_count,
	    &request->params, values);
	if (answered != NULL)
		return answered;
	call->params = values;
	if (method->waits)
		answered = dispatch_check_room(call);
	if (answered == NULL)
		answered = method->handler(call);
	params_release(values, method->param_count);
	return answered;
}

void
dispatch_serve(struct rpc_call *call, struct scan *scan)
{
	const struct rpc_answered *answered;
	struct request_fault fault;
	struct request request;

	call->id = &request.id;
	if (!request_read(scan, &request, &fault)) {
		answered = dispatch_refuse(call, &fault);
	} else if (call->batch == NULL && !scan_finish(scan)) {
		request.id.kind = ID_NULL;
		request_scan_fault(scan, &fault);
		answered = dispatch_refuse(call, &fault);
	} else {
		answered = dispatch_call(call, &request);
	}
	if (rpc_outcome(answered) == RPC_ANSWERED && call->batch != NULL)
		batch_settle(call);
}
