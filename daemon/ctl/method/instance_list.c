/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_list.c: the method instance.list. It walks the instances by id, some
 * in each turn, so it neither copies the list nor minds what comes and goes
 * meanwhile: an instance that lives from the first page to the last is listed
 * exactly once. Loop thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/pending.h"
#include "lib/glob.h"
#include "source/source.h"

/* Instances looked at in one step; a turn has many. */
#define LIST_STEP 32
/* Bytes of a cursor: 'i', an id, a NUL. */
#define LIST_CURSOR_SIZE 16

struct instance_list {
	struct pending pending; /* first */
	bool any_state;
	enum instance_state state; /* only those, unless any_state */
	char *source, *match;	   /* only those; NULL: all */
	netid_t after;		   /* the last one looked at */
	netid_t written;	   /* the last one written */
	int64_t left;		   /* how many may still be written */
	bool opened;		   /* the reply is begun */
};

static struct instance_list *
list_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct instance_list, pending);
}

static void
list_release(struct pending *pending)
{
	free(list_of(pending)->source);
	free(list_of(pending)->match);
}

static bool
list_wants(const struct instance_list *list, struct instance *instance)
{
	return (list->any_state || instance_state(instance) == list->state) &&
	       (list->source == NULL ||
		   strcmp(list->source, instance_source(instance)) == 0) &&
	       (list->match == NULL ||
		   glob_match(list->match, instance_name(instance)));
}

static const struct rpc_answered *
list_close(struct rpc_call *call, const struct instance_list *list, bool more)
{
	char cursor[LIST_CURSOR_SIZE];

	emit_end_array(call->out);
	if (more) {
		(void)snprintf(cursor, sizeof(cursor), "i%d", list->written);
		emit_text(call->out, "cursor", cursor);
	}
	emit_end_object(call->out);
	return rpc_reply(call);
}

static const struct rpc_answered *
list_answer(struct rpc_call *call, struct pending *pending)
{
	struct instance_list *list = list_of(pending);
	const bool more = true, no_more = false;
	struct instance *instance;
	bool wanted;

	if (!list->opened) {
		list->opened = true;
		emit_begin_object(rpc_result(call), NULL);
		emit_begin_array(call->out, "instances");
	}
	for (unsigned i = 0; i < LIST_STEP; i++) {
		instance = instance_next(list->after);
		if (instance == NULL)
			return list_close(call, list, no_more);
		list->after = instance_id(instance);
		wanted = list_wants(list, instance);
		if (wanted && list->left > 0) {
			emit_begin_object(call->out, NULL);
			instance_reply_write(call->out, instance);
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

/* Finds the state of that name; false when there is none. */
static bool
list_read_state(const char *name, enum instance_state *state)
{
	for (unsigned i = 0; i < INSTANCE_STATES; i++) {
		if (strcmp(name, instance_state_name(i)) != 0)
			continue;
		*state = i;
		return true;
	}
	return false;
}

/* Fills list from the parameters, all but its texts; NULL, or the answer. */
static const struct rpc_answered *
list_read_params(struct rpc_call *call, struct instance_list *list)
{
	const struct param_value *params = call->params;
	const char *cursor = params[LIST_CURSOR].text;
	const struct rpc_answered *answered;

	list->any_state = !params[LIST_STATE].given;
	list->left = params[LIST_LIMIT].given ? params[LIST_LIMIT].integer
					      : RPC_PAGE_DEFAULT;
	list->after = -1;
	if (!list->any_state &&
	    !list_read_state(params[LIST_STATE].text, &list->state))
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
	if (cursor != NULL &&
	    (cursor[0] != 'i' || !name_is_id(cursor + 1, &list->after)))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "give back what the last answer had, or none to start",
		    "parameter 'cursor' is not a cursor of instance.list");
	list->written = list->after;
	return NULL;
}

const struct rpc_answered *
m_instance_list(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const struct rpc_answered *answered;
	struct instance_list *list;

	list = pending_create(call, sizeof(*list), list_answer, list_release);
	answered = list_read_params(call, list);
	if (answered != NULL) {
		pending_drop(&list->pending);
		return answered;
	}
	if (params[LIST_SOURCE].given)
		list->source = memory_strdup(params[LIST_SOURCE].text);
	if (params[LIST_MATCH].given)
		list->match = memory_strdup(params[LIST_MATCH].text);
	return pending_again(&list->pending);
}
