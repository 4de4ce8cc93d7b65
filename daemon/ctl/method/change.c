/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change.c: hands a change to the core, waits for its end without blocking the
 * loop, and tells the client in its own words what the core refused.
 */
#include "ctl/method/change.h"

#include <errno.h>
#include <stdio.h>

#include "base/check.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/pending.h"
#include "source/source.h"

struct change {
	struct pending pending; /* first */
	struct instance *instance;
	char protocol[PROTOCOL_NAME_MAX + 1]; /* "": none */
	int error;
};

/* Names the protocol at fault, and the instance it is, or is not, in. */
static const struct rpc_answered *
change_protocol_error(struct rpc_call *call, const char *protocol,
    struct instance *instance, int error)
{
	const char *name = instance_name(instance);

	if (error == -EEXIST)
		return rpc_error(call, RPC_PROTOCOL_EXISTS,
		    "netinstctl protocol list tells which it has",
		    "instance '%s' has the protocol '%s' already", name,
		    protocol);
	if (error == -ENOENT)
		return rpc_error(call, RPC_PROTOCOL_NOT_FOUND,
		    "netinstctl protocol list tells which it has",
		    "instance '%s' has no protocol '%s'", name, protocol);
	if (error == -EPERM)
		return rpc_error(call, RPC_PROTOCOL_PROTECTED,
		    "it goes when its plugin takes it away or is unloaded",
		    "the protocol '%s' of instance '%s' is a plugin's",
		    protocol, name);
	return rpc_error_limit(call, RPC_LIMIT_REACHED, PROTOCOLS_MAX,
	    "remove a protocol first",
	    "instance '%s' has as many protocols as there may be", name);
}

/* The other one may be a namespace, which nobody here can destroy. */
static const struct rpc_answered *
change_name_taken(struct rpc_call *call, const char *name)
{
	struct instance *other = instance_find_by_name(name);
	bool destroyable = other != NULL && source_of(other)->destroyable;
	const struct rpc_answered *answered = rpc_error(call,
	    RPC_INSTANCE_EXISTS,
	    destroyable ? "take another name, or destroy that one first"
			: "take another name",
	    other == NULL || destroyable
		? "an instance is named '%s' already"
		: "an instance is named '%s' already, and is not one that can "
		  "be destroyed",
	    name);

	if (other != NULL)
		instance_release(other);
	return answered;
}

/* The answer to a negative errno of instance.h. */
static const struct rpc_answered *
change_error(struct rpc_call *call, const struct change_order *order, int error)
{
	struct instance *instance = order->instance;

	if (error == -ESHUTDOWN)
		return rpc_error(call, RPC_SHUTTING_DOWN,
		    "try again when the daemon runs again",
		    "the daemon stops and changes nothing any more");
	if (error == -EBUSY)
		return rpc_error(call, RPC_WRONG_STATE,
		    "an instance is shut down once and destroyed once; "
		    "protocols come and go while it is active",
		    "instance '%s' is %s", instance_name(instance),
		    instance_state_name(instance_state(instance)));
	if (order->protocol != NULL && (error == -EEXIST || error == -ENOENT ||
					   error == -EPERM || error == -ENOSPC))
		return change_protocol_error(
		    call, order->protocol, instance, error);
	if (order->config != NULL && error == -EEXIST)
		return change_name_taken(call, order->config->name);
	if (order->config != NULL && error == -ENOSPC)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, INSTANCE_ID_MAX,
		    "restart netinstd: ids are never used again",
		    "there is no instance id left");
	return rpc_error_system(call, -error);
}

static const struct rpc_answered *
change_reply(struct rpc_call *call, struct instance *instance)
{
	struct buffer *out = rpc_begin(call);

	instance_reply_write(out, instance);
	return rpc_end(call);
}

static const struct rpc_answered *
change_answer(struct rpc_call *call, struct pending *pending)
{
	struct change *change = CONTAINER_OF(pending, struct change, pending);
	struct change_order order = {.instance = change->instance,
	    .protocol = change->protocol[0] ? change->protocol : NULL};

	if (change->error != 0)
		return change_error(call, &order, change->error);
	return change_reply(call, change->instance);
}

static void
change_release(struct pending *pending)
{
	struct change *change = CONTAINER_OF(pending, struct change, pending);

	if (change->instance != NULL)
		instance_release(change->instance);
}

/* A worker, or the call that started the change. */
static void
change_done(void *arg, int error)
{
	struct change *change = arg;

	change->error = error;
	pending_done(&change->pending);
}

static void
change_done_unwatched(void *arg, int error)
{
	(void)arg;
	(void)error;
}

/*
 * Asks the core; returns what a function of instance.h returns, and stores the
 * instance that it creates.
 */
static int
change_start(struct change_order *order, core_done_fn done, void *arg)
{
	struct instance *instance = order->instance;

	switch (order->kind) {
	case CHANGE_CREATE:
		return instance_create(
		    order->config, &order->instance, done, arg);
	case CHANGE_SHUTDOWN:
		return instance_shutdown(instance, done, arg);
	case CHANGE_DESTROY:
		return instance_destroy(instance, done, arg);
	case CHANGE_ADD_PROTOCOL:
		return instance_add_protocol(
		    instance, order->protocol, done, arg);
	case CHANGE_REMOVE_PROTOCOL:
		return instance_remove_protocol(
		    instance, order->protocol, done, arg);
	}
	return -EINVAL;
}

static const struct rpc_answered *
change_wait_for(struct rpc_call *call, struct change_order *order)
{
	struct change *change = pending_create(
	    call, sizeof(*change), change_answer, change_release);
	const struct rpc_answered *answered;
	int error;

	if (order->protocol != NULL)
		(void)snprintf(change->protocol, sizeof(change->protocol), "%s",
		    order->protocol);
	pending_expect(&change->pending);
	error = change_start(order, change_done, change);
	change->instance = order->instance;
	if (error == 0)
		return pending_wait(&change->pending);
	answered = change_error(call, order, error);
	pending_drop(&change->pending);
	return answered;
}

const struct rpc_answered *
change_check_protocol(struct rpc_call *call, const char *name)
{
	const char *fault = name_check_protocol(name);

	if (fault == NULL)
		return NULL;
	return rpc_error(call, RPC_INVALID_NAME,
	    "a protocol's name is 1 to 31 of a-z, 0-9, '_' and '-'",
	    "the protocol name " RPC_QUOTED " %s", name, fault);
}

const struct rpc_answered *
change_carry_out(struct rpc_call *call, struct change_order *order, bool wait)
{
	const struct rpc_answered *answered;
	int error;

	if (wait)
		return change_wait_for(call, order);
	error = change_start(order, change_done_unwatched, NULL);
	answered = error == 0 ? change_reply(call, order->instance)
			      : change_error(call, order, error);
	if (order->instance != NULL)
		instance_release(order->instance);
	return answered;
}
