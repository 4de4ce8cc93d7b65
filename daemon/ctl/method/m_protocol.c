/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_protocol.c: the methods of the noun protocol. Loop thread.
 */
#include "ctl/method/change.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"

static const struct rpc_answered *
protocol_change(struct rpc_call *call, enum change_kind kind, const char *what)
{
	const struct param_value *params = call->params;
	struct change_order order = {
	    .kind = kind, .protocol = params[PROTOCOL_NAME].text};
	const struct rpc_answered *answered =
	    change_check_protocol(call, order.protocol);

	if (answered == NULL)
		answered = instance_reply_find_to(TO_CHANGE, what, call,
		    &params[PROTOCOL_INSTANCE], &order.instance);
	if (answered != NULL)
		return answered;
	return change_carry_out(
	    call, &order, param_is_on(&params[PROTOCOL_WAIT]));
}

const struct rpc_answered *
m_protocol_add(struct rpc_call *call)
{
	return protocol_change(
	    call, CHANGE_ADD_PROTOCOL, "be given a protocol");
}

const struct rpc_answered *
m_protocol_remove(struct rpc_call *call)
{
	return protocol_change(
	    call, CHANGE_REMOVE_PROTOCOL, "have a protocol taken away");
}

const struct rpc_answered *
m_protocol_list(struct rpc_call *call)
{
	const struct rpc_answered *answered;
	struct instance *instance;
	struct buffer *out;

	answered =
	    instance_reply_find(call, &call->params[SHOW_INSTANCE], &instance);
	if (answered != NULL)
		return answered;
	out = rpc_begin(call);
	instance_reply_protocols(out, "protocols", instance);
	instance_release(instance);
	return rpc_end(call);
}
