/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_instance.c: the methods of the noun instance, but for its list
 * (instance_list.c): checks what is asked for; change.c carries it out. Loop
 * thread.
 */
#include <string.h>

#include "base/check.h"
#include "core/interface/interface.h"
#include "core/packet/inject.h"
#include "ctl/method/change.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "source/source.h"

/* What an instance starts with when the client does not say. */
static const char *const default_protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};

/* Checks one of the names asked for against those before it. */
static const struct rpc_answered *
instance_check_protocol(
    struct rpc_call *call, const char *const *names, size_t index)
{
	const struct rpc_answered *answered =
	    change_check_protocol(call, names[index]);

	for (size_t i = 0; i < index && answered == NULL; i++)
		if (strcmp(names[i], names[index]) == 0)
			answered = rpc_error(call, RPC_INVALID_PARAMS,
			    "name each protocol once",
			    "parameter 'protocols' has '%s' twice", names[i]);
	return answered;
}

/* Reads the parameter protocols into names, which config points to. */
static const struct rpc_answered *
instance_read_protocols(
    struct rpc_call *call, const char **names, struct instance_config *config)
{
	const struct param_value *value = &call->params[CREATE_PROTOCOLS];
	const struct rpc_answered *answered = NULL;
	size_t count;

	if (!value->given)
		return NULL;
	count = json_array_size(value->tree);
	if (count > PROTOCOLS_MAX)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, PROTOCOLS_MAX,
		    "name fewer", "parameter 'protocols' has too many names");
	for (size_t i = 0; i < count && answered == NULL; i++) {
		names[i] = json_string_value(json_array_get(value->tree, i));
		answered = instance_check_protocol(call, names, i);
	}
	config->protocols = names;
	config->protocol_count = count;
	return answered;
}

const struct rpc_answered *
m_instance_create(struct rpc_call *call)
{
	const struct param_value *params = call->params;
	const char *names[PROTOCOLS_MAX];
	struct instance_config config = {
	    .name = params[CREATE_NAME].text,
	    .source = source_sim.name,
	    .protocols = default_protocols,
	    .protocol_count = ARRAY_LENGTH(default_protocols),
	};
	struct change_order order = {.kind = CHANGE_CREATE, .config = &config};
	const char *fault = name_check_instance(config.name);
	const struct rpc_answered *answered;

	if (fault != NULL)
		return rpc_error(call, RPC_INVALID_NAME,
		    "a name is 1 to 255 bytes of UTF-8 without '/' and "
		    "control characters, and not digits alone",
		    "the instance name " RPC_QUOTED " %s", config.name, fault);
	answered = instance_read_protocols(call, names, &config);
	if (answered != NULL)
		return answered;
	return change_carry_out(
	    call, &order, param_is_on(&params[CREATE_WAIT]));
}

static const struct rpc_answered *
instance_end(struct rpc_call *call, enum change_kind kind, const char *what)
{
	const struct param_value *params = call->params;
	struct change_order order = {.kind = kind};
	const struct rpc_answered *answered = instance_reply_find_to(
	    TO_END, what, call, &params[CHANGE_INSTANCE], &order.instance);

	if (answered != NULL)
		return answered;
	return change_carry_out(
	    call, &order, param_is_on(&params[CHANGE_WAIT]));
}

const struct rpc_answered *
m_instance_shutdown(struct rpc_call *call)
{
	return instance_end(call, CHANGE_SHUTDOWN, "be shut down");
}

const struct rpc_answered *
m_instance_destroy(struct rpc_call *call)
{
	return instance_end(call, CHANGE_DESTROY, "be destroyed");
}

static void
instance_write_pair(
    void *arg, const char *owner, const char *registrant, enum pair_state state)
{
	struct buffer *out = arg;

	emit_begin_object(out, NULL);
	emit_text(out, "plugin", owner);
	emit_text(out, "registrant", registrant);
	emit_text(out, "state", pair_state_name(state));
	emit_end_object(out);
}

/* The packets that plugins injected. */
static void
instance_write_injected(struct buffer *out, const struct instance *instance)
{
	struct inject_counts counts;

	inject_read_counts(instance, &counts);
	emit_begin_object(out, "injected");
	emit_unsigned(out, "received", counts.received);
	emit_unsigned(out, "sent", counts.sent);
	emit_unsigned(out, "lost", counts.lost);
	emit_unsigned(out, "queued", counts.queued);
	emit_end_object(out);
}

const struct rpc_answered *
m_instance_show(struct rpc_call *call)
{
	const struct rpc_answered *answered;
	struct instance *instance;
	struct buffer *out;

	answered =
	    instance_reply_find(call, &call->params[SHOW_INSTANCE], &instance);
	if (answered != NULL)
		return answered;
	out = rpc_begin(call);
	instance_reply_write(out, instance);
	emit_begin_array(out, "pairs");
	instance_visit_pairs(instance, instance_write_pair, out);
	emit_end_array(out);
	emit_unsigned(out, "kstats", instance_kstat_count(instance));
	emit_unsigned(out, "nics", interface_count(instance));
	instance_write_injected(out, instance);
	instance_release(instance);
	return rpc_end(call);
}
