/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_change.c: hands a change of interfaces to the core, waits for its end
 * without blocking the loop, and shows the result, or says in the client's
 * words why there is none. Owns the change meanwhile, also when the client is
 * gone. Loop thread, but for nic_done().
 */
#include "ctl/method/nic_change.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "ctl/method/ip_text.h"
#include "ctl/method/methods.h"
#include "ctl/method/nic_reply.h"
#include "ctl/serve/pending.h"

struct nic_change {
	struct pending pending; /* first */
	struct nic_order order;
	int error;
};

/* What a change is about, and what is said of it when it fails. */
enum nic_subject { NIC_INTERFACE, NIC_ADDRESS, NIC_ROUTE };

static enum nic_subject
nic_subject(const struct nic_order *order)
{
	return order->change >= ROUTE_ADDED	? NIC_ROUTE
	       : order->change >= ADDRESS_ADDED ? NIC_ADDRESS
						: NIC_INTERFACE;
}

/* The interface that is meant; points into the order. */
static struct interface_ref
nic_order_ref(const struct nic_order *order)
{
	return (struct interface_ref){
	    .name = order->nic[0] != '\0' ? order->nic : NULL,
	    .index = order->index,
	};
}

/* Asks the core; returns what a function of interface.h returns. */
static int
nic_start(struct nic_order *order, core_done_fn done, void *arg)
{
	struct instance *instance = order->instance;
	const struct interface_ref ref = nic_order_ref(order);
	const struct interface_config config = {
	    .name = order->name,
	    .index = order->set.index,
	    .mtu = order->set.mtu,
	    .flags = order->set.flags,
	};
	const struct interface_address_change change = {
	    .with = order->replaces ? &order->address : NULL,
	    .up_given = order->up_given,
	    .up = order->up,
	};

	switch (order->change) {
	case NIC_ADDED:
		return interface_add(instance, &config, done, arg);
	case NIC_REMOVED:
		return interface_remove(instance, &ref, done, arg);
	case NIC_CHANGED:
		order->set.name = order->name[0] != '\0' ? order->name : NULL;
		return interface_set(instance, &ref, &order->set, done, arg);
	case ADDRESS_ADDED:
		return interface_add_address(
		    instance, &ref, &order->address, done, arg);
	case ADDRESS_REMOVED:
		return interface_remove_address(
		    instance, &ref, &order->own, done, arg);
	case ADDRESS_CHANGED:
		return interface_set_address(
		    instance, &ref, &order->own, &change, done, arg);
	case ROUTE_ADDED:
		order->route.out = ref;
		return interface_add_route(instance, &order->route, done, arg);
	case ROUTE_REMOVED:
		return interface_remove_route(
		    instance, &order->route.destination, done, arg);
	}
	return -EINVAL;
}

/* errors ------------------------------------------------------------------ */

#define HINT_LIST   "netinstctl nic list tells which it has"
#define HINT_ROUTES "netinstctl nic route list tells which it has"
#define HINT_PREFIX "name it with its prefix length, as nic list shows it"
#define HINT_LINK   "name the interface as well, or give it an address there"
#define HINT_FAMILY "remove the one address and add the other"
#define HINT_FEWER  "remove one first"
#define HINT_INDEX  "leave the index out, and a free one is taken"

/* What stands between the quotes of a message. */
enum nic_word {
	WORD_NONE,
	WORD_NIC, /* the interface meant */
	WORD_NAME,
	WORD_INDEX,
	WORD_OWN,
	WORD_ADDRESS,
	WORD_DESTINATION,
	WORD_VIA
};

#define ANY_SUBJECT -1

/* instance 'blue' BEFORE 'WORD'AFTER */
static const struct {
	int error, subject;
	enum rpc_error_code code;
	int64_t limit; /* or 0 */
	const char *before;
	enum nic_word word;
	const char *after, *hint;
} nic_errors[] = {
    {-ENODEV, ANY_SUBJECT, RPC_NIC_NOT_FOUND, 0, "has no interface", WORD_NIC,
	"", HINT_LIST},
    {-EEXIST, NIC_INTERFACE, RPC_NIC_EXISTS, 0, "has an interface", WORD_NAME,
	" already", HINT_LIST},
    {-EADDRINUSE, NIC_INTERFACE, RPC_NIC_EXISTS, 0,
	"has an interface of the index", WORD_INDEX, " already", HINT_INDEX},
    {-ENOSPC, NIC_INTERFACE, RPC_LIMIT_REACHED, NICS_MAX,
	"has as many interfaces as there may be", WORD_NONE, "", HINT_FEWER},
    {-EOVERFLOW, NIC_INTERFACE, RPC_LIMIT_REACHED, NIC_INDEX_MAX,
	"has used the highest index that there is", WORD_NONE, "",
	"name an index that is free"},
    {-EEXIST, NIC_ADDRESS, RPC_ADDRESS_EXISTS, 0, "has the address",
	WORD_ADDRESS, " on that interface already", HINT_LIST},
    {-EADDRNOTAVAIL, NIC_ADDRESS, RPC_ADDRESS_NOT_FOUND, 0, "has no address",
	WORD_OWN, " on that interface", HINT_PREFIX},
    {-EAFNOSUPPORT, NIC_ADDRESS, RPC_INVALID_ADDRESS, 0,
	"cannot change the family of an address to that of", WORD_ADDRESS, "",
	HINT_FAMILY},
    {-ENOSPC, NIC_ADDRESS, RPC_LIMIT_REACHED, ADDRESSES_MAX,
	"has as many addresses as there may be", WORD_NONE, "", HINT_FEWER},
    {-EEXIST, NIC_ROUTE, RPC_ROUTE_EXISTS, 0, "has a route to",
	WORD_DESTINATION, " already", HINT_ROUTES},
    {-ESRCH, NIC_ROUTE, RPC_ROUTE_NOT_FOUND, 0, "has no route to",
	WORD_DESTINATION, "", HINT_ROUTES},
    {-ENETUNREACH, NIC_ROUTE, RPC_ROUTE_UNREACHABLE, 0,
	"has no interface that is up and has a network with", WORD_VIA, "",
	HINT_LINK},
    {-ENOSPC, NIC_ROUTE, RPC_LIMIT_REACHED, ROUTES_MAX,
	"has as many routes as there may be", WORD_NONE, "", HINT_FEWER},
};

/* Fills text with the word; it has room for each of them. */
static const char *
nic_word(char text[static IP_TEXT_SIZE], const struct nic_order *order,
    enum nic_word word)
{
	switch (word) {
	case WORD_NONE:
		return "";
	case WORD_NIC:
		if (order->nic[0] != '\0')
			return order->nic;
		(void)snprintf(text, IP_TEXT_SIZE, "%" PRIuPTR, order->index);
		return text;
	case WORD_NAME:
		return order->name;
	case WORD_INDEX:
		(void)snprintf(
		    text, IP_TEXT_SIZE, "%" PRIuPTR, order->set.index);
		return text;
	case WORD_OWN:
		return ip_text_put_prefix(text, &order->own);
	case WORD_ADDRESS:
		return ip_text_put_prefix(text, &order->address.own);
	case WORD_DESTINATION:
		return ip_text_put_prefix(text, &order->route.destination);
	case WORD_VIA:
		return ip_text_put(text, &order->route.via);
	}
	return "";
}

static const struct rpc_answered *
nic_error_row(struct rpc_call *call, const struct nic_order *order, size_t row)
{
	const char *name = instance_name(order->instance);
	char text[IP_TEXT_SIZE];

	if (nic_errors[row].word == WORD_NONE)
		return rpc_error_limit(call, nic_errors[row].code,
		    nic_errors[row].limit, nic_errors[row].hint,
		    "instance '%s' %s", name, nic_errors[row].before);
	return rpc_error(call, nic_errors[row].code, nic_errors[row].hint,
	    "instance '%s' %s '%s'%s", name, nic_errors[row].before,
	    nic_word(text, order, nic_errors[row].word), nic_errors[row].after);
}

/* The answer to a negative errno of interface.h. */
static const struct rpc_answered *
nic_error(struct rpc_call *call, const struct nic_order *order, int error)
{
	struct instance *instance = order->instance;

	if (error == -EBUSY)
		return rpc_error(call, RPC_WRONG_STATE,
		    "interfaces change while an instance is active",
		    "instance '%s' is %s", instance_name(instance),
		    instance_state_name(instance_state(instance)));
	for (size_t i = 0; i < ARRAY_LENGTH(nic_errors); i++)
		if (nic_errors[i].error == error &&
		    (nic_errors[i].subject == ANY_SUBJECT ||
			nic_errors[i].subject == (int)nic_subject(order)))
			return nic_error_row(call, order, i);
	return rpc_error_system(call, -error);
}

/* answers ----------------------------------------------------------------- */

static bool
show_interface(void *arg, const struct interface_view *view)
{
	nic_reply_write(arg, view);
	return true;
}

/* What a visit of the routes looks for, and where it writes it. */
struct route_search {
	struct buffer *out;
	const struct ip_prefix *destination;
};

static bool
show_route(void *arg, uint64_t number, const struct interface_route *route)
{
	const struct route_search *search = arg;

	(void)number;
	if (!ip_prefix_equal(&route->destination, search->destination))
		return true;
	nic_reply_route(search->out, route);
	return false;
}

/* Writes what was changed; false when it is gone already. */
static bool
nic_show(struct buffer *out, const struct nic_order *order)
{
	enum nic_subject subject = nic_subject(order);
	struct interface_ref ref = nic_order_ref(order);
	struct route_search search = {
	    .out = out, .destination = &order->route.destination};

	if (subject == NIC_ROUTE)
		return !interface_visit_routes(
		    order->instance, 0, show_route, &search);
	if (subject == NIC_INTERFACE && order->name[0] != '\0')
		ref = (struct interface_ref){.name = order->name};
	else if (subject == NIC_INTERFACE && order->set.index != 0)
		ref.index = order->set.index;
	return interface_visit_one(order->instance, &ref, show_interface, out);
}

static const struct rpc_answered *
nic_answer(struct rpc_call *call, struct pending *pending)
{
	struct nic_change *change =
	    CONTAINER_OF(pending, struct nic_change, pending);

	if (change->error != 0)
		return nic_error(call, &change->order, change->error);
	if (change->order.change != NIC_REMOVED &&
	    change->order.change != ROUTE_REMOVED &&
	    nic_show(rpc_result(call), &change->order))
		return rpc_reply(call);
	return rpc_reply_empty(call);
}

static void
nic_release(struct pending *pending)
{
	instance_release(
	    CONTAINER_OF(pending, struct nic_change, pending)->order.instance);
}

/* A worker. */
static void
nic_done(void *arg, int error)
{
	struct nic_change *change = arg;

	change->error = error;
	pending_done(&change->pending);
}

const struct rpc_answered *
nic_change_carry_out(struct rpc_call *call, const struct nic_order *order,
    const struct rpc_answered *answered)
{
	struct nic_change *change;
	int error;

	if (answered != NULL) {
		if (order->instance != NULL)
			instance_release(order->instance);
		return answered;
	}
	change = pending_create(call, sizeof(*change), nic_answer, nic_release);
	change->order = *order;
	pending_expect(&change->pending);
	error = nic_start(&change->order, nic_done, change);
	if (error == 0)
		return pending_wait(&change->pending);
	answered = nic_error(call, order, error);
	pending_drop(&change->pending);
	return answered;
}
