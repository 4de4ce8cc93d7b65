/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_history.c: the method history.list. The loop never touches the store: it
 * asks the history's thread for one piece after the other, and puts them
 * together. Loop thread, but for records_done().
 */
#include <inttypes.h>
#include <stdlib.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/method/methods.h"
#include "ctl/serve/pending.h"
#include "history/history.h"
#include "lib/emit.h"
#include "lib/time_text.h"

struct history_list {
	struct pending pending; /* first */
	struct history_query query;
	char *match;
	int64_t left;	 /* how many may still be written */
	int64_t written; /* the number of the last one */
	bool opened;	 /* the reply is begun */
	bool unreadable; /* the store could not be read, once */
};

static struct history_list *
records_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct history_list, pending);
}

static void
records_release(struct pending *pending)
{
	buffer_free(&records_of(pending)->query.out);
	free(records_of(pending)->match);
}

/* The history's thread. */
static void
records_done(struct history_query *query)
{
	pending_done(&CONTAINER_OF(query, struct history_list, query)->pending);
}

/* Asks for the next piece. */
static const struct rpc_answered *
records_ask(struct history_list *list)
{
	list->query.limit = list->left;
	pending_expect(&list->pending);
	history_read(&list->query);
	return pending_wait(&list->pending);
}

static const struct rpc_answered *
records_close(struct rpc_call *call, const struct history_list *list)
{
	struct history_status status;

	rpc_end_page(
	    call, list->query.end == HISTORY_MORE, "h%" PRId64, list->written);
	if (list->unreadable) {
		history_read_status(&status);
		emit_text(call->out, "problem", status.problem);
	}
	return rpc_end(call);
}

static const struct rpc_answered *
records_answer(struct rpc_call *call, struct pending *pending)
{
	struct history_list *list = records_of(pending);
	struct history_query *query = &list->query;

	if (!list->opened) {
		list->opened = true;
		emit_begin_array(rpc_begin(call), "records");
	}
	if (query->found > 0) {
		emit_key(call->out, NULL);
		buffer_append(call->out, query->out.data, query->out.length);
		list->left -= query->found;
		list->written = query->written;
	}
	list->unreadable |= query->unreadable;
	buffer_free(&query->out);
	if (query->end != HISTORY_GO_ON)
		return records_close(call, list);
	if (pending_is_long(pending))
		list->left = 0;
	query->before = query->reached;
	return records_ask(list);
}

static const struct rpc_answered *
records_read_since(struct rpc_call *call, int64_t *since)
{
	const struct param_value *value = &call->params[HISTORY_SINCE];

	if (!value->given)
		return NULL;
	*since = value->integer;
	if (value->text == NULL || time_text_read(value->text, since))
		return NULL;
	return rpc_error(call, RPC_INVALID_PARAMS,
	    "write it as in 2026-11-23 or 2026-11-23T08:00:00Z, in UTC, or as "
	    "nanoseconds since 1970",
	    "parameter 'since': " RPC_QUOTED " is no time", value->text);
}

/* Fills list from the parameters, all but the pattern; NULL, or the answer. */
static const struct rpc_answered *
records_read_params(struct rpc_call *call, struct history_list *list)
{
	const struct param_value *params = call->params;
	const char *cursor = params[HISTORY_CURSOR].text;
	const struct rpc_answered *answered;

	list->left = param_limit(&params[HISTORY_LIMIT]);
	list->query.before = HISTORY_FIRST;
	answered = params_check_pattern(call, HISTORY_MATCH);
	if (answered == NULL)
		answered = records_read_since(call, &list->query.since);
	if (answered != NULL)
		return answered;
	/* "hNUMBER" */
	if (cursor != NULL &&
	    (cursor[0] != 'h' || cursor[1] < '0' || cursor[1] > '9' ||
		!time_text_read(cursor + 1, &list->query.before)))
		return params_refuse_cursor(call);
	list->written = list->query.before;
	return NULL;
}

const struct rpc_answered *
m_history_list(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const struct rpc_answered *answered;
	struct history_list *list = pending_create(
	    call, sizeof(*list), records_answer, records_release);

	answered = records_read_params(call, list);
	if (answered != NULL) {
		pending_drop(&list->pending);
		return answered;
	}
	if (params[HISTORY_MATCH].given)
		list->match = memory_strdup(params[HISTORY_MATCH].text);
	list->query.match = list->match;
	list->query.done = records_done;
	return records_ask(list);
}
