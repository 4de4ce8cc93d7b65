/* SPDX-License-Identifier: Apache-2.0 */
/* instance_reply.c: see instance_reply.h; holds nothing of its own. */
#include "ctl/method/instance_reply.h"

#include <inttypes.h>
#include <string.h>

#include "ctl/method/name.h"
#include "source/netns/netns.h"
#include "source/source.h"

static void
instance_reply_protocol(void *arg, const char *protocol)
{
	emit_text(arg, NULL, protocol);
}

void
instance_reply_protocols(
    struct buffer *out, const char *key, struct instance *instance)
{
	emit_begin_array(out, key);
	instance_visit_protocols(instance, instance_reply_protocol, out);
	emit_end_array(out);
}

struct aliases {
	struct buffer *out;
	const char *name; /* that it is shown by, which is no alias */
	bool opened;
};

/* A name_visit_fn. */
static void
instance_reply_alias(void *arg, const char *name, bool had)
{
	struct aliases *aliases = arg;

	if (had || strcmp(name, aliases->name) == 0)
		return;
	if (!aliases->opened)
		emit_begin_array(aliases->out, "aliases");
	aliases->opened = true;
	emit_text(aliases->out, NULL, name);
}

/* What it is in the kernel, when it is something there. */
static void
instance_reply_kernel(struct buffer *out, const struct instance *instance)
{
	struct netns_view view;

	if (!netns_describe(instance, &view))
		return;
	emit_boolean(out, "named", view.named);
	emit_begin_object(out, "kernel");
	emit_unsigned(out, "id", view.id);
	if (view.weak)
		emit_boolean(out, "weak", true);
	emit_unsigned(out, "inode", view.inode);
	if (view.nsid >= 0)
		emit_integer(out, "nsid", view.nsid);
	emit_text(out, "hold", view.hold);
	if (view.holder != 0)
		emit_integer(out, "holder", view.holder);
	emit_end_object(out);
}

void
instance_reply_write(struct buffer *out, struct instance *instance)
{
	struct aliases aliases = {.out = out, .name = instance_name(instance)};

	emit_integer(out, "id", instance_id(instance));
	emit_text(out, "name", aliases.name);
	instance_visit_names(instance, instance_reply_alias, &aliases);
	if (aliases.opened)
		emit_end_array(out);
	emit_text(out, "source", instance_source(instance));
	emit_text(out, "state", instance_state_name(instance_state(instance)));
	instance_reply_protocols(out, "protocols", instance);
	emit_time(out, "created", instance_created(instance));
	instance_reply_kernel(out, instance);
}

static const char hint_list[] =
    "netinstctl instance list tells which there are";

static const struct rpc_answered *
instance_reply_find_id(
    struct rpc_call *call, int64_t id, struct instance **instance)
{
	if (id >= 0 && id <= INSTANCE_ID_MAX)
		*instance = instance_find((netid_t)id);
	if (*instance != NULL)
		return NULL;
	return rpc_error(call, RPC_INSTANCE_NOT_FOUND, hint_list,
	    "no instance has the id %" PRId64, id);
}

/*
 * A name of digits, which a namespace may have, goes before an id. But whoever
 * made an instance here may call it by its id, and must not hit the namespace.
 * NULL, or the answer, with nothing found.
 */
static const struct rpc_answered *
instance_reply_check_name(
    struct rpc_call *call, netid_t id, struct instance **named)
{
	struct instance *other = instance_find(id);
	const struct rpc_answered *answered = NULL;

	if (other == NULL)
		return NULL;
	if (other != *named && source_of(other)->destroyable) {
		answered = rpc_error(call, RPC_INVALID_PARAMS,
		    "give the id of the one, or the name of the other",
		    "'%d' is the name of the instance %d and the id of the "
		    "instance '%s'",
		    id, instance_id(*named), instance_name(other));
		instance_release(*named);
		*named = NULL;
	}
	instance_release(other);
	return answered;
}

const struct rpc_answered *
instance_reply_find(struct rpc_call *call, const struct param_value *value,
    struct instance **instance)
{
	netid_t id;
	bool is_id;

	*instance = NULL;
	if (value->text == NULL)
		return instance_reply_find_id(call, value->integer, instance);
	*instance = instance_find_by_name(value->text);
	is_id = name_is_id(value->text, &id);
	if (*instance != NULL)
		return is_id ? instance_reply_check_name(call, id, instance)
			     : NULL;
	if (is_id)
		*instance = instance_find(id);
	if (*instance != NULL)
		return NULL;
	return rpc_error(call, RPC_INSTANCE_NOT_FOUND, hint_list,
	    "no instance is named " RPC_QUOTED, value->text);
}

const struct rpc_answered *
instance_reply_find_to(enum instance_use use, const char *what,
    struct rpc_call *call, const struct param_value *value,
    struct instance **instance)
{
	const struct rpc_answered *answered =
	    instance_reply_find(call, value, instance);
	const struct source *source;

	if (answered != NULL)
		return answered;
	source = source_of(*instance);
	if (use == TO_END ? source->destroyable : source->changeable)
		return NULL;
	answered = rpc_error(call, RPC_INSTANCE_PROTECTED, source->refusal,
	    "instance '%s' cannot %s", instance_name(*instance), what);
	instance_release(*instance);
	*instance = NULL;
	return answered;
}
