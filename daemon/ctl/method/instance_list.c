/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_list.c: the methods instance.list and netns.pins. Both walk the
 * instances by id, some in each turn: no list is copied, instances may come and
 * go meanwhile, and one that lives from the first page to the last is listed
 * exactly once. Loop thread.
 */
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/pending.h"
#include "lib/clock.h"
#include "lib/glob.h"
#include "source/netns/netns_ref.h"
#include "source/source.h"

/* Instances looked at in one step; a turn has many. */
#define LIST_STEP 32

struct list;

/* What differs between the two lists. */
struct list_kind {
	const char *member; /* the array's name */
	char letter;	    /* of its cursors */
	bool (*wants)(struct list *list, struct instance *instance);
	/* The members of one that is wanted, right after wants() said so. */
	void (*write)(
	    struct buffer *out, struct list *list, struct instance *instance);
};

struct list {
	struct pending pending; /* first */
	const struct list_kind *kind;
	netid_t after;	 /* the last one looked at */
	netid_t written; /* the last one written */
	int64_t left;	 /* how many may still be written */
	bool opened;	 /* the reply is begun */
};

static struct list *
list_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct list, pending);
}

static const struct rpc_answered *
list_close(struct rpc_call *call, const struct list *list, bool more)
{
	rpc_end_page(call, more, "%c%d", list->kind->letter, list->written);
	return rpc_end(call);
}

static const struct rpc_answered *
list_answer(struct rpc_call *call, struct pending *pending)
{
	struct list *list = list_of(pending);
	const bool more = true, no_more = false;
	struct instance *instance;
	bool wanted;

	if (!list->opened)
		emit_begin_array(rpc_begin(call), list->kind->member);
	list->opened = true;
	for (unsigned i = 0; i < LIST_STEP; i++) {
		instance = instance_next(list->after);
		if (instance == NULL)
			return list_close(call, list, no_more);
		list->after = instance_id(instance);
		wanted = list->kind->wants(list, instance);
		if (wanted && list->left > 0) {
			emit_begin_object(call->out, NULL);
			list->kind->write(call->out, list, instance);
			emit_end_object(call->out);
			list->written = list->after;
			list->left =
			    pending_is_long(pending) ? 0 : list->left - 1;
			wanted = false;
		}
		instance_release(instance);
		if (wanted)
			return list_close(call, list, more);
	}
	return pending_again(pending);
}

/* Starts at the cursor, if one is given; NULL, or the answer. */
static const struct rpc_answered *
list_start(struct rpc_call *call, struct list *list,
    const struct list_kind *kind, unsigned limit, unsigned cursor)
{
	const char *text = call->params[cursor].text;

	list->kind = kind;
	list->left = param_limit(&call->params[limit]);
	list->after = -1;
	if (text != NULL &&
	    (text[0] != kind->letter || !name_is_id(text + 1, &list->after)))
		return params_refuse_cursor(call);
	list->written = list->after;
	return NULL;
}

/* --- instance.list -------------------------------------------------------- */

struct instance_list {
	struct list list; /* first */
	bool any_state;
	enum instance_state state; /* only those, unless any_state */
	char *source, *match;	   /* only those; NULL: all */
};

static struct instance_list *
instances_of(struct list *list)
{
	return CONTAINER_OF(list, struct instance_list, list);
}

static void
instances_release(struct pending *pending)
{
	free(instances_of(list_of(pending))->source);
	free(instances_of(list_of(pending))->match);
}

static bool
instances_wants(struct list *list, struct instance *instance)
{
	const struct instance_list *instances = instances_of(list);

	return (instances->any_state ||
		   instance_state(instance) == instances->state) &&
	       (instances->source == NULL ||
		   strcmp(instances->source, instance_source(instance)) == 0) &&
	       (instances->match == NULL ||
		   glob_match(instances->match, instance_name(instance)));
}

static void
instances_write(
    struct buffer *out, struct list *list, struct instance *instance)
{
	(void)list;
	instance_reply_write(out, instance);
}

/* Finds the state of that name; false when there is none. */
static bool
instances_read_state(const char *name, enum instance_state *state)
{
	for (unsigned i = 0; i < INSTANCE_STATES; i++) {
		if (strcmp(name, instance_state_name(i)) != 0)
			continue;
		*state = i;
		return true;
	}
	return false;
}

/* Fills them from the parameters, all but its texts; NULL, or the answer. */
static const struct rpc_answered *
instances_read_params(struct rpc_call *call, struct instance_list *instances)
{
	static const struct list_kind kind = {
	    "instances", 'i', instances_wants, instances_write};
	const struct param_value *params = call->params;
	const struct rpc_answered *answered;

	instances->any_state = !params[LIST_STATE].given;
	if (!instances->any_state &&
	    !instances_read_state(params[LIST_STATE].text, &instances->state))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "the states are creating, active, shutting-down, down and "
		    "destroying",
		    "parameter 'state': there is no state " RPC_QUOTED,
		    params[LIST_STATE].text);
	if (params[LIST_SOURCE].given &&
	    !source_is_name(params[LIST_SOURCE].text))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "the sources are sim, for what was created here, and "
		    "netns, for network namespaces",
		    "parameter 'source': there is no source " RPC_QUOTED,
		    params[LIST_SOURCE].text);
	answered = params_check_pattern(call, LIST_MATCH);
	if (answered != NULL)
		return answered;
	return list_start(
	    call, &instances->list, &kind, LIST_LIMIT, LIST_CURSOR);
}

const struct rpc_answered *
m_instance_list(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	struct instance_list *instances = pending_create(
	    call, sizeof(*instances), list_answer, instances_release);
	const struct rpc_answered *answered =
	    instances_read_params(call, instances);

	if (answered != NULL) {
		pending_drop(&instances->list.pending);
		return answered;
	}
	if (params[LIST_SOURCE].given)
		instances->source = memory_strdup(params[LIST_SOURCE].text);
	if (params[LIST_MATCH].given)
		instances->match = memory_strdup(params[LIST_MATCH].text);
	return pending_again(&instances->list.pending);
}

/* --- netns.pins ----------------------------------------------------------- */

/* The namespaces that the daemon holds a descriptor of, and for whose sake. */
struct pin_list {
	struct list list; /* first */
	const struct netns_ref *ref;
	struct netns_ref_view view;
};

static bool
pins_wants(struct list *list, struct instance *instance)
{
	struct pin_list *pins = CONTAINER_OF(list, struct pin_list, list);
	struct netns_ref *ref = netns_ref_of(instance);

	if (ref == NULL)
		return false;
	pins->ref = ref;
	netns_ref_read(ref, &pins->view);
	return pins->view.held;
}

static void
pins_write(struct buffer *out, struct list *list, struct instance *instance)
{
	const struct pin_list *pins = CONTAINER_OF(list, struct pin_list, list);
	const struct netns_ref_view *view = &pins->view;

	emit_integer(out, "instance", instance_id(instance));
	emit_text(out, "name", instance_name(instance));
	emit_text(out, "state", instance_state_name(instance_state(instance)));
	emit_unsigned(out, "kernel_id", pins->ref->identity.id);
	emit_unsigned(out, "inode", pins->ref->identity.inode);
	emit_text(out, "reason", netns_hold_name(view->holder_kind));
	if (view->holder_kind == NETNS_HOLD_PROCESS)
		emit_integer(out, "holder", view->holder);
	emit_double(out, "age_seconds", (double)(view->age / NS_PER_MS) / 1000);
}

static void
pins_release(struct pending *pending)
{
	(void)pending; /* it owns nothing */
}

const struct rpc_answered *
m_netns_pins(struct rpc_call *call)
{
	static const struct list_kind kind = {
	    "pins", 'p', pins_wants, pins_write};
	struct pin_list *pins =
	    pending_create(call, sizeof(*pins), list_answer, pins_release);
	const struct rpc_answered *answered =
	    list_start(call, &pins->list, &kind, PINS_LIMIT, PINS_CURSOR);

	if (answered == NULL)
		return pending_again(&pins->list.pending);
	pending_drop(&pins->list.pending);
	return answered;
}
