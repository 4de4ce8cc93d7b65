/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin_reply.c: what is known of a plugin, and the list of them. The list is
 * written some plugins at a time: their names are taken at once, each plugin is
 * looked up when its turn comes, and one that was unloaded meanwhile is left
 * out. Loop thread.
 */
#include "ctl/method/plugin_reply.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "ctl/method/methods.h"
#include "ctl/serve/pending.h"
#include "lib/emit.h"
#include "plugin/plugins.h"

/* Plugins written in one step. */
#define PLUGIN_STEP 8
/* Bytes of "MAJOR.MINOR". */
#define ABI_TEXT_SIZE 24

static void
plugin_write_registrant(void *arg, const struct registrant_view *view)
{
	struct buffer *out = arg;

	emit_begin_object(out, NULL);
	emit_text(out, "name", view->name);
	emit_unsigned(out, "active", view->active);
	emit_unsigned(out, "failed", view->failed);
	emit_boolean(out, "leaving", view->leaving);
	emit_end_object(out);
}

static void
plugin_write_callbacks(struct buffer *out, const struct owner *owner)
{
	struct callback_stats stats;

	emit_begin_object(out, "callbacks");
	for (unsigned i = 0; i < CALLBACKS; i++) {
		owner_read_callback(owner, i, &stats);
		emit_begin_object(out, callback_name(i));
		emit_unsigned(out, "calls", stats.calls);
		emit_unsigned(out, "failures", stats.failures);
		emit_unsigned(out, "running", stats.running);
		emit_unsigned(out, "overdue", stats.overdue);
		emit_integer(out, "p50_ns", stats.p50);
		emit_integer(out, "p99_ns", stats.p99);
		emit_integer(out, "max_ns", stats.max);
		emit_end_object(out);
	}
	emit_end_object(out);
}

static void
plugin_write_leftovers(struct buffer *out, const struct owner *owner)
{
	struct owner_leftovers leftovers;

	owner_read_leftovers(owner, &leftovers);
	emit_begin_object(out, "leftovers");
	emit_unsigned(out, "kstats", leftovers.kstats);
	emit_unsigned(out, "notifies", leftovers.notifies);
	emit_unsigned(out, "protocols", leftovers.protocols);
	emit_unsigned(out, "hooks", leftovers.hooks);
	emit_end_object(out);
}

static void
plugin_write(struct buffer *out, const struct plugin_view *view)
{
	char abi[ABI_TEXT_SIZE];

	(void)snprintf(
	    abi, sizeof(abi), "%u.%u", view->abi_major, view->abi_minor);
	emit_begin_object(out, NULL);
	emit_text(out, "name", view->name);
	emit_text(out, "version", view->version);
	emit_text(out, "summary", view->summary);
	emit_text(out, "path", view->path);
	emit_text(out, "abi", abi);
	emit_text(out, "state", plugin_state_name(view->state));
	emit_unsigned(out, "loads", view->loads);
	emit_begin_array(out, "registrants");
	owner_visit_registrants(view->owner, plugin_write_registrant, out);
	emit_end_array(out);
	plugin_write_callbacks(out, view->owner);
	plugin_write_leftovers(out, view->owner);
	emit_boolean(out, "inside", owner_is_inside(view->owner));
	emit_unsigned(out, "descriptors_lent", owner_opened(view->owner));
	emit_end_object(out);
}

/* Looks for one plugin and writes it. */
struct plugin_search {
	const char *name;
	struct buffer *out;
	bool found;
};

static bool
plugin_write_if_named(void *arg, const struct plugin_view *view)
{
	struct plugin_search *search = arg;

	if (strcmp(view->name, search->name) != 0)
		return true;
	search->found = true;
	plugin_write(search->out, view);
	return false;
}

const struct rpc_answered *
plugin_reply(struct rpc_call *call, const char *name)
{
	struct plugin_search search = {.name = name, .out = rpc_result(call)};

	plugins_visit(plugin_write_if_named, &search);
	if (search.found)
		return rpc_reply(call);
	return rpc_error(call, RPC_PLUGIN_NOT_FOUND,
	    "netinstctl plugin list tells which are loaded",
	    "no plugin is named " RPC_QUOTED, name);
}

struct plugin_list {
	struct pending pending; /* first */
	struct buffer names;	/* each with its NUL */
	size_t at;		/* in names: the next one */
};

static struct plugin_list *
plugin_list_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct plugin_list, pending);
}

static void
plugin_list_release(struct pending *pending)
{
	buffer_free(&plugin_list_of(pending)->names);
}

static bool
plugin_take_name(void *arg, const struct plugin_view *view)
{
	buffer_append(arg, view->name, strlen(view->name) + 1);
	return true;
}

static const struct rpc_answered *
plugin_list_answer(struct rpc_call *call, struct pending *pending)
{
	struct plugin_list *list = plugin_list_of(pending);
	struct plugin_search search = {.out = call->out};

	if (call->out->length == 0)
		emit_begin_array(rpc_begin(call), "plugins");
	for (unsigned i = 0; i < PLUGIN_STEP && list->at < list->names.length;
	     i++) {
		search.name = list->names.data + list->at;
		list->at += strlen(search.name) + 1;
		plugins_visit(plugin_write_if_named, &search);
	}
	if (list->at < list->names.length)
		return pending_again(pending);
	emit_end_array(call->out);
	return rpc_end(call);
}

const struct rpc_answered *
m_plugin_list(struct rpc_call *call)
{
	struct plugin_list *list = pending_create(
	    call, sizeof(*list), plugin_list_answer, plugin_list_release);

	plugins_visit(plugin_take_name, &list->names);
	return pending_again(&list->pending);
}
