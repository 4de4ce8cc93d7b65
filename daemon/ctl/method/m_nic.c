/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_nic.c: the methods of the noun nic that change something: checks what is
 * asked for; nic_change.c carries it out. Loop thread.
 */
#include <net/if.h>
#include <string.h>

#include "ctl/method/instance_reply.h"
#include "ctl/method/ip_text.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/method/nic_change.h"

/* Ethernet's, and what Linux gives its loopback. */
#define MTU_DEFAULT  1500
#define MTU_LOOPBACK 65536

#define HINT_ADDRESS "an address is 10.0.0.1 or 2001:db8::1"
#define HINT_PREFIX  "an address with its prefix is 10.0.0.1/24"
#define HINT_NETWORK "a destination is 10.0.0.0/8, 2001:db8::/32 or default"
#define HINT_NAME                                                              \
	"a name is 1 to 15 bytes of UTF-8 without '/', ':', spaces and "       \
	"control characters, and not digits alone"

/* Finds the instance, whose source must allow changes; NULL, or the answer. */
static const struct rpc_answered *
nic_find(struct rpc_call *call, struct nic_order *order)
{
	return instance_reply_find_to(TO_CHANGE, "have its interfaces changed",
	    call, &call->params[NIC_INSTANCE], &order->instance);
}

/* parameters --------------------------------------------------------------- */

/* An interface that is there: its name, or its index. */
static const struct rpc_answered *
nic_read_ref(struct rpc_call *call, const struct param_value *value,
    struct nic_order *order)
{
	const char *text = value->text;
	int32_t index;

	if (text == NULL && value->integer > 0 &&
	    value->integer <= NIC_INDEX_MAX) {
		order->index = (phy_if_t)value->integer;
		return NULL;
	}
	if (text != NULL && *text != '\0' && strlen(text) <= NIC_NAME_MAX) {
		memcpy(order->nic, text, strlen(text) + 1);
		if (name_is_id(text, &index))
			order->index = (phy_if_t)index;
		return NULL;
	}
	return rpc_error(call, RPC_NIC_NOT_FOUND,
	    "netinstctl nic list tells which it has",
	    "there is no interface " RPC_QUOTED,
	    text != NULL ? text : "of that index");
}

/* Finds the instance and reads which of its interfaces is meant. */
static const struct rpc_answered *
nic_find_with_ref(struct rpc_call *call, struct nic_order *order)
{
	const struct rpc_answered *answered = nic_find(call, order);

	return answered != NULL
		   ? answered
		   : nic_read_ref(call, &call->params[NIC_NIC], order);
}

/* A name that an interface is to get. */
static const struct rpc_answered *
nic_read_name(struct rpc_call *call, const struct param_value *value,
    struct nic_order *order)
{
	const char *fault;

	if (!value->given)
		return NULL;
	fault = name_check_nic(value->text);
	if (fault != NULL)
		return rpc_error(call, RPC_INVALID_NAME, HINT_NAME,
		    "the interface name " RPC_QUOTED " %s", value->text, fault);
	memcpy(order->name, value->text, strlen(value->text) + 1);
	return NULL;
}

static const struct rpc_answered *
nic_refuse_address(struct rpc_call *call, const char *hint, const char *text,
    const char *fault)
{
	return rpc_error(
	    call, RPC_INVALID_ADDRESS, hint, RPC_QUOTED " %s", text, fault);
}

/* An address of an interface, with its prefix. */
static const struct rpc_answered *
nic_read_own(struct rpc_call *call, const struct param_value *value,
    struct ip_prefix *own)
{
	const char *fault = ip_text_read_prefix(value->text, own);

	if (fault == NULL)
		fault = ip_text_check_own(own);
	return fault == NULL
		   ? NULL
		   : nic_refuse_address(call, HINT_PREFIX, value->text, fault);
}

/* Another address, of the same family; none when it is not given. */
static const struct rpc_answered *
nic_read_beside(struct rpc_call *call, const struct param_value *value,
    sa_family_t family, struct ip_address *address)
{
	const struct ip_address none = {.family = family};
	const char *fault;

	if (!value->given)
		return NULL;
	fault = ip_text_read(value->text, address);
	if (fault == NULL && address->family != family)
		fault = "is of the other family";
	if (fault == NULL && ip_equal(address, &none))
		fault = "is the address of nobody";
	return fault == NULL
		   ? NULL
		   : nic_refuse_address(call, HINT_ADDRESS, value->text, fault);
}

/* own, and what belongs to it. */
static const struct rpc_answered *
nic_read_address(struct rpc_call *call, const struct param_value *own,
    const struct param_value *peer, const struct param_value *broadcast,
    struct interface_address *address)
{
	const struct rpc_answered *answered =
	    nic_read_own(call, own, &address->own);
	sa_family_t family = address->own.address.family;

	if (answered == NULL)
		answered = nic_read_beside(call, peer, family, &address->peer);
	if (answered == NULL && broadcast->given && family == AF_INET6)
		return nic_refuse_address(call, "leave the broadcast out",
		    broadcast->text, "has no meaning: IPv6 has no broadcast");
	if (answered == NULL)
		answered = nic_read_beside(
		    call, broadcast, family, &address->broadcast);
	/* What a network of IPv4 has by custom; a pair of two has none. */
	if (answered == NULL && !broadcast->given && family == AF_INET &&
	    address->own.length <= 30 && !ip_is_given(&address->peer))
		address->broadcast = ip_last(&address->own);
	return answered;
}

static const struct rpc_answered *
nic_read_destination(struct rpc_call *call, const struct param_value *value,
    sa_family_t family, struct ip_prefix *destination)
{
	const char *fault;

	if (strcmp(value->text, "default") == 0) {
		*destination = (struct ip_prefix){
		    .address.family = family == AF_INET6 ? AF_INET6 : AF_INET};
		return NULL;
	}
	fault = ip_text_read_prefix(value->text, destination);
	if (fault == NULL)
		fault = ip_text_check_network(destination);
	if (fault == NULL && family != AF_UNSPEC &&
	    destination->address.family != family)
		fault = "is of the other family than the next hop";
	return fault == NULL
		   ? NULL
		   : nic_refuse_address(call, HINT_NETWORK, value->text, fault);
}

/* interfaces --------------------------------------------------------------- */

const struct rpc_answered *
m_nic_add(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const bool loopback = params[NIC_ADD_LOOPBACK].boolean;
	struct nic_order order = {.change = NIC_ADDED};
	const struct rpc_answered *answered = nic_find(call, &order);

	if (answered == NULL)
		answered = nic_read_name(call, &params[NIC_NIC], &order);
	order.set.index = (phy_if_t)params[NIC_ADD_INDEX].integer;
	order.set.mtu = loopback ? MTU_LOOPBACK : MTU_DEFAULT;
	if (params[NIC_ADD_MTU].given)
		order.set.mtu = (unsigned)params[NIC_ADD_MTU].integer;
	order.set.flags =
	    loopback ? IFF_LOOPBACK : IFF_BROADCAST | IFF_MULTICAST;
	if (params[NIC_ADD_UP].boolean)
		order.set.flags |= IFF_UP | IFF_RUNNING;
	return nic_change_carry_out(call, &order, answered);
}

const struct rpc_answered *
m_nic_remove(struct rpc_call *call)
{
	struct nic_order order = {.change = NIC_REMOVED};

	return nic_change_carry_out(
	    call, &order, nic_find_with_ref(call, &order));
}

const struct rpc_answered *
m_nic_set(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct nic_order order = {.change = NIC_CHANGED};
	const struct rpc_answered *answered;

	if (!params[NIC_SET_UP].given && !params[NIC_SET_MTU].given &&
	    !params[NIC_SET_INDEX].given && !params[NIC_SET_NAME].given)
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "give up, mtu, index or name",
		    "there is nothing to be set");
	answered = nic_find_with_ref(call, &order);
	if (answered == NULL)
		answered = nic_read_name(call, &params[NIC_SET_NAME], &order);
	order.set.index = (phy_if_t)params[NIC_SET_INDEX].integer;
	order.set.mtu = (unsigned)params[NIC_SET_MTU].integer;
	if (params[NIC_SET_UP].given)
		order.set.flags_given = IFF_UP | IFF_RUNNING;
	if (params[NIC_SET_UP].boolean)
		order.set.flags = IFF_UP | IFF_RUNNING;
	return nic_change_carry_out(call, &order, answered);
}

/* addresses ---------------------------------------------------------------- */

const struct rpc_answered *
m_nic_address_add(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct nic_order order = {.change = ADDRESS_ADDED};
	const struct rpc_answered *answered = nic_find_with_ref(call, &order);

	if (answered == NULL)
		answered = nic_read_address(call, &params[NIC_ADDRESS_OWN],
		    &params[ADDRESS_ADD_PEER], &params[ADDRESS_ADD_BROADCAST],
		    &order.address);
	order.address.up = param_is_on(&params[ADDRESS_ADD_UP]);
	return nic_change_carry_out(call, &order, answered);
}

const struct rpc_answered *
m_nic_address_remove(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct nic_order order = {.change = ADDRESS_REMOVED};
	const struct rpc_answered *answered = nic_find_with_ref(call, &order);

	if (answered == NULL)
		answered =
		    nic_read_own(call, &params[NIC_ADDRESS_OWN], &order.own);
	return nic_change_carry_out(call, &order, answered);
}

/* NULL, or the answer when the parameters do not go together. */
static const struct rpc_answered *
nic_check_address_set(struct rpc_call *call)
{
	const struct param_value *params = call->params;

	if (params[ADDRESS_SET_TO].given)
		return NULL;
	if (params[ADDRESS_SET_PEER].given ||
	    params[ADDRESS_SET_BROADCAST].given)
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "give the address in 'to', also when it stays the same",
		    "'peer' and 'broadcast' belong to the address in 'to'");
	if (!params[ADDRESS_SET_UP].given)
		return rpc_error(call, RPC_INVALID_PARAMS, "give to or up",
		    "there is nothing to be set");
	return NULL;
}

const struct rpc_answered *
m_nic_address_set(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct nic_order order = {.change = ADDRESS_CHANGED,
	    .replaces = params[ADDRESS_SET_TO].given,
	    .up_given = params[ADDRESS_SET_UP].given,
	    .up = params[ADDRESS_SET_UP].boolean};
	const struct rpc_answered *answered = nic_check_address_set(call);

	if (answered == NULL)
		answered = nic_find_with_ref(call, &order);
	if (answered == NULL)
		answered =
		    nic_read_own(call, &params[NIC_ADDRESS_OWN], &order.own);
	if (answered == NULL && order.replaces)
		answered = nic_read_address(call, &params[ADDRESS_SET_TO],
		    &params[ADDRESS_SET_PEER], &params[ADDRESS_SET_BROADCAST],
		    &order.address);
	return nic_change_carry_out(call, &order, answered);
}

/* routes ------------------------------------------------------------------- */

/* NULL, or the answer when the parameters do not go together. */
static const struct rpc_answered *
nic_check_route(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	bool leads = params[ROUTE_VIA].given || params[ROUTE_NIC].given;

	if (leads != params[ROUTE_REJECT].boolean)
		return NULL;
	return rpc_error(call, RPC_INVALID_PARAMS,
	    "a route leads via a next hop, over an interface, or nowhere",
	    leads ? "'reject' goes with neither 'via' nor 'nic'"
		  : "one of 'via', 'nic' and 'reject' is needed");
}

const struct rpc_answered *
m_nic_route_add(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct nic_order order = {.change = ROUTE_ADDED};
	struct interface_route *route = &order.route;
	const struct param_value *via = &params[ROUTE_VIA];
	const struct rpc_answered *answered = nic_check_route(call);

	if (answered == NULL)
		answered = nic_find(call, &order);
	if (answered == NULL && via->given &&
	    ip_text_read(via->text, &route->via) != NULL)
		answered = nic_refuse_address(call, HINT_ADDRESS, via->text,
		    "is not an address of IPv4 or IPv6");
	if (answered == NULL)
		answered =
		    nic_read_destination(call, &params[ROUTE_DESTINATION],
			route->via.family, &route->destination);
	if (answered == NULL && params[ROUTE_NIC].given)
		answered = nic_read_ref(call, &params[ROUTE_NIC], &order);
	route->reject = params[ROUTE_REJECT].boolean;
	return nic_change_carry_out(call, &order, answered);
}

const struct rpc_answered *
m_nic_route_remove(struct rpc_call *call)
{
	struct nic_order order = {.change = ROUTE_REMOVED};
	const struct rpc_answered *answered = nic_find(call, &order);

	if (answered == NULL)
		answered =
		    nic_read_destination(call, &call->params[ROUTE_DESTINATION],
			AF_UNSPEC, &order.route.destination);
	return nic_change_carry_out(call, &order, answered);
}
