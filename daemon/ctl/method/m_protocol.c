/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_protocol.c: the methods of the noun protocol. The instance's source may
 * refuse that one is added or removed. Loop thread.
 */
#include "ctl/method/change.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "source/source.h"

static int
protocol_start_add(struct change_order *order, core_done_fn done, void *arg)
{
	return instance_add_protocol(
	    order->instance, order->protocol, done, arg);
}

static int
protocol_start_remove(struct change_order *order, core_done_fn done, void *arg)
{
	return instance_remove_protocol(
	    order->instance, order->protocol, done, arg);
}

/* Fills order from the parameters; NULL, or the answer. */
static const struct rpc_answered *
protocol_order(struct rpc_call *call, struct change_order *order)
{
	const struct param_value *params = call->params;
	const char *name = params[PROTOCOL_NAME].text;
	const char *fault = name_check_protocol(name);

	if (fault != NULL)
		return rpc_error(call, RPC_INVALID_NAME,
		    "a protocol's name is 1 to 31 of a-z, 0-9, '_' and '-'",
		    "the protocol name " RPC_QUOTED " %s", name, fault);
	order->protocol = name;
	return instance_reply_find(
	    call, &params[PROTOCOL_INSTANCE], &order->instance);
}

static bool
protocol_waits(const struct rpc_call *call)
{
	const struct param_value *wait = &call->params[PROTOCOL_WAIT];

	return !wait->given || wait->boolean;
}

static const struct rpc_answered *
protocol_refused(
    struct rpc_call *call, struct instance *instance, const char *what)
{
	const struct rpc_answered *answered =
	    instance_reply_refused(call, instance, what);

	instance_release(instance);
	return answered;
}

const struct rpc_answered *
m_protocol_add(struct rpc_call *call)
{
	struct change_order order = {.start = protocol_start_add};
	const struct rpc_answered *answered = protocol_order(call, &order);

	if (answered != NULL)
		return answered;
	if (!source_of(order.instance)->changeable)
		return protocol_refused(
		    call, order.instance, "be given a protocol");
	return change_carry_out(call, &order, protocol_waits(call));
}

const struct rpc_answered *
m_protocol_remove(struct rpc_call *call)
{
	struct change_order order = {.start = protocol_start_remove};
	const struct rpc_answered *answered = protocol_order(call, &order);

	if (answered != NULL)
		return answered;
	if (!source_of(order.instance)->changeable)
		return protocol_refused(
		    call, order.instance, "have a protocol taken away");
	return change_carry_out(call, &order, protocol_waits(call));
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
	out = rpc_result(call);
	emit_begin_object(out, NULL);
	instance_reply_protocols(out, "protocols", instance);
	emit_end_object(out);
	instance_release(instance);
	return rpc_reply(call);
}
