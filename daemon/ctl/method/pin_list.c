/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pin_list.c: the method netns.pins: the namespaces that the daemon holds a
 * descriptor of, and for whose sake. It walks the instances by id as
 * instance.list does, some in each turn. Loop thread.
 */
#include <stdio.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "core/object/instance.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/pending.h"
#include "lib/clock.h"
#include "lib/emit.h"
#include "source/netns/netns_place.h"

/* Instances looked at in one step; a turn has many. */
#define PINS_STEP 32
/* Bytes of a cursor: 'p', an id, a NUL. */
#define PINS_CURSOR_SIZE 16

struct pin_list {
	struct pending pending; /* first */
	netid_t after;		/* the last one looked at */
	netid_t written;	/* the last one written */
	int64_t left;		/* how many may still be written */
	bool opened;		/* the reply is begun */
};

static void
pins_write(struct buffer *out, struct instance *instance,
    const struct netns_place *place, const struct netns_place_view *view)
{
	emit_begin_object(out, NULL);
	emit_integer(out, "instance", instance_id(instance));
	emit_text(out, "name", instance_name(instance));
	emit_text(out, "state", instance_state_name(instance_state(instance)));
	emit_unsigned(out, "kernel_id", place->identity.id);
	emit_unsigned(out, "inode", place->identity.inode);
	emit_text(out, "reason", netns_hold_name(view->holder_kind));
	if (view->holder_kind == NETNS_HOLD_PROCESS)
		emit_integer(out, "holder", view->holder);
	emit_double(out, "age_seconds", (double)(view->age / NS_PER_MS) / 1000);
	emit_end_object(out);
}

static const struct rpc_answered *
pins_close(struct rpc_call *call, const struct pin_list *list, bool more)
{
	char cursor[PINS_CURSOR_SIZE];

	emit_end_array(call->out);
	if (more) {
		(void)snprintf(cursor, sizeof(cursor), "p%d", list->written);
		emit_text(call->out, "cursor", cursor);
	}
	emit_end_object(call->out);
	return rpc_reply(call);
}

/* Writes the instance's pin, if it has one; false: the page is full. */
static bool
pins_visit(struct rpc_call *call, struct pin_list *list,
    struct instance *instance, bool is_long)
{
	struct netns_place *place = netns_place_of(instance);
	struct netns_place_view view;

	if (place == NULL)
		return true;
	netns_place_look(place, &view);
	if (!view.held)
		return true;
	if (list->left == 0)
		return false;
	pins_write(call->out, instance, place, &view);
	list->written = instance_id(instance);
	list->left = is_long ? 0 : list->left - 1;
	return true;
}

static const struct rpc_answered *
pins_answer(struct rpc_call *call, struct pending *pending)
{
	struct pin_list *list = CONTAINER_OF(pending, struct pin_list, pending);
	struct instance *instance;
	bool room = true;

	if (!list->opened) {
		list->opened = true;
		emit_begin_object(rpc_result(call), NULL);
		emit_begin_array(call->out, "pins");
	}
	for (unsigned i = 0; i < PINS_STEP; i++) {
		instance = instance_next(list->after);
		if (instance == NULL)
			return pins_close(call, list, false);
		list->after = instance_id(instance);
		room =
		    pins_visit(call, list, instance, pending_is_long(pending));
		instance_release(instance);
		if (!room)
			return pins_close(call, list, true);
	}
	return pending_again(pending);
}

static void
pins_release(struct pending *pending)
{
	(void)pending; /* it owns nothing */
}

const struct rpc_answered *
m_netns_pins(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const char *cursor = params[PINS_CURSOR].text;
	netid_t after = -1;
	struct pin_list *list;

	if (cursor != NULL &&
	    (cursor[0] != 'p' || !name_is_id(cursor + 1, &after)))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "give back what the last answer had, or none to start",
		    "parameter 'cursor' is not a cursor of netns.pins");
	list = pending_create(call, sizeof(*list), pins_answer, pins_release);
	list->left = params[PINS_LIMIT].given ? params[PINS_LIMIT].integer
					      : RPC_PAGE_DEFAULT;
	list->after = list->written = after;
	return pending_again(&list->pending);
}
