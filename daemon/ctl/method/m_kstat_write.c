/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_kstat_write.c: the method kstat.write. The order owns what the strand reads
 * and writes, so it can outlive the client. Loop thread, but for write_done().
 */
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "core/kstat/kstat_write.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/kstat_reply.h"
#include "ctl/method/methods.h"
#include "ctl/serve/pending.h"

/* Values of one request. */
#define WRITE_VALUES_MAX 1000

struct kstat_writing {
	struct pending pending; /* first */
	struct instance *instance;
	char *module, *name;
	json_t *tree; /* a reference: what the values point into */
	struct kstat_value *values;
	struct kstat_order order;
};

static struct kstat_writing *
writing_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct kstat_writing, pending);
}

static const struct rpc_answered *
write_reply(struct rpc_call *call, struct kstat_writing *writing)
{
	struct kstat_snapshot *written = &writing->order.written;
	uint_t count = kstat_item_count(written->type, written->count);
	struct buffer *out = rpc_result(call);
	struct kstat_item item;

	kstat_reply_begin(out, writing->instance, written);
	for (uint_t i = 0; i < count; i++) {
		kstat_item_get(
		    &item, written->type, written->data, written->count, i);
		kstat_reply_statistic(out, &item);
	}
	kstat_reply_end(out);
	return rpc_reply(call);
}

/* The end of a message that names the kstat. */
#define KSTAT_QUOTED "%.30s:%d:%.30s of instance '%s'"
#define KSTAT_ARGUMENTS(writing)                                               \
	(writing)->module, (writing)->order.number, (writing)->name,           \
	    instance_name((writing)->instance)

static const struct rpc_answered *
write_statistic_error(struct rpc_call *call, struct kstat_writing *writing)
{
	const struct kstat_order *order = &writing->order;
	const char *statistic = order->values[order->at_fault].statistic;

	if (order->outcome == KSTAT_NO_STATISTIC)
		return rpc_error(call, RPC_STATISTIC_NOT_FOUND,
		    "netinstctl kstat shows what it has",
		    "no statistic is named " RPC_QUOTED " in " KSTAT_QUOTED,
		    statistic, KSTAT_ARGUMENTS(writing));
	return rpc_error(call, RPC_KSTAT_WRONG_VALUE,
	    "kstat.read tells the type; integers beyond 2^53 are decimal "
	    "strings, raw bytes are hexadecimal digits",
	    "the value for statistic " RPC_QUOTED " of " KSTAT_QUOTED
	    " does not fit its type",
	    statistic, KSTAT_ARGUMENTS(writing));
}

static const struct rpc_answered *
write_answer(struct rpc_call *call, struct pending *pending)
{
	struct kstat_writing *writing = writing_of(pending);

	switch (writing->order.outcome) {
	case KSTAT_WRITTEN:
		break;
	case KSTAT_NOT_FOUND:
		return rpc_error(call, RPC_KSTAT_NOT_FOUND,
		    "netinstctl kstat shows what there is",
		    "there is no kstat " KSTAT_QUOTED,
		    KSTAT_ARGUMENTS(writing));
	case KSTAT_READ_ONLY:
		return rpc_error(call, RPC_KSTAT_READ_ONLY,
		    "its plugin would have to make it KSTAT_FLAG_WRITABLE",
		    "kstat " KSTAT_QUOTED " cannot be written",
		    KSTAT_ARGUMENTS(writing));
	case KSTAT_NO_STATISTIC:
	case KSTAT_BAD_VALUE:
		return write_statistic_error(call, writing);
	case KSTAT_REFUSED:
		return rpc_error_errno(call, RPC_KSTAT_REFUSED,
		    writing->order.error, "nothing was changed",
		    "its plugin refused to write kstat " KSTAT_QUOTED ": %s",
		    KSTAT_ARGUMENTS(writing), strerror(writing->order.error));
	}
	return write_reply(call, writing);
}

static void
write_release(struct pending *pending)
{
	struct kstat_writing *writing = writing_of(pending);

	if (writing->instance != NULL)
		instance_release(writing->instance);
	kstat_snapshot_free(&writing->order.written);
	json_decref(writing->tree);
	free(writing->values);
	free(writing->module);
	free(writing->name);
}

/* The strand's worker. */
static void
write_done(void *arg, int error)
{
	struct kstat_writing *writing = arg;

	(void)error;
	pending_done(&writing->pending);
}

static void
write_set_value(
    struct kstat_value *value, const char *statistic, const json_t *json)
{
	value->statistic = statistic;
	if (json_is_string(json)) {
		value->kind = KSTAT_VALUE_TEXT;
		value->text = json_string_value(json);
	} else if (json_is_integer(json)) {
		value->kind = KSTAT_VALUE_INTEGER;
		value->integer = json_integer_value(json);
	} else {
		value->kind = KSTAT_VALUE_REAL;
		value->real = json_real_value(json);
	}
}

static void
write_set_values(struct kstat_writing *writing, json_t *tree)
{
	const char *statistic;
	json_t *json;
	size_t i = 0;

	writing->tree = json_incref(tree);
	writing->values =
	    memory_zalloc(json_object_size(tree) * sizeof(*writing->values));
	json_object_foreach (tree, statistic, json)
		write_set_value(&writing->values[i++], statistic, json);
	writing->order.values = writing->values;
	writing->order.count = i;
}

static const struct rpc_answered *
write_check_count(struct rpc_call *call)
{
	size_t count = json_object_size(call->params[WRITE_VALUES].tree);

	if (count == 0)
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "{\"statistic\":value}", "parameter 'values' is empty");
	if (count > WRITE_VALUES_MAX)
		return rpc_error_limit(call, RPC_INVALID_PARAMS,
		    WRITE_VALUES_MAX, "write the others afterwards",
		    "parameter 'values' has too many members");
	return NULL;
}

const struct rpc_answered *
m_kstat_write(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const struct rpc_answered *answered = write_check_count(call);
	struct kstat_writing *writing;
	struct instance *instance;

	if (answered == NULL)
		answered = instance_reply_find(
		    call, &params[WRITE_IP_INSTANCE], &instance);
	if (answered != NULL)
		return answered;
	writing =
	    pending_create(call, sizeof(*writing), write_answer, write_release);
	writing->instance = instance;
	writing->module = memory_strdup(params[WRITE_MODULE].text);
	writing->name = memory_strdup(params[WRITE_NAME].text);
	writing->order.module = writing->module;
	writing->order.name = writing->name;
	writing->order.number = (int)params[WRITE_INSTANCE].integer;
	write_set_values(writing, params[WRITE_VALUES].tree);
	pending_expect(&writing->pending);
	kstat_write(instance, &writing->order, write_done, writing);
	return pending_wait(&writing->pending);
}
