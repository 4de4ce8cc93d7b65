/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_system.c: the methods about the daemon itself and about the connection.
 * Loop thread.
 */
#include <string.h>
#include <unistd.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "base/log.h"
#include "core/core.h"
#include "core/object/instance.h"
#include "ctl/method/methods.h"
#include "ctl/serve/pending.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "history/history.h"
#include "lib/clock.h"
#include "lib/emit.h"
#include "plugin/plugins.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/netns.h"

/* Overdue callbacks that system.status tells, at most. */
#define OVERDUE_SHOWN_MAX 64

/* What a client may rely on beyond the protocol's number. */
static const char *const features[] = {"instances", "protocols", "plugins",
    "kstats", "batch", "cancel", "discover", "history", "netns"};

static const struct {
	const char *name;
	int64_t value;
} limits[] = {
    {"line", RPC_LINE_MAX},
    {"reply", RPC_REPLY_MAX},
    {"depth", RPC_DEPTH_MAX},
    {"batch", RPC_BATCH_MAX},
    {"connections", RPC_CONNECTIONS_MAX},
    {"connections_reserved", RPC_CONNECTIONS_RESERVED},
    {"connections_user", RPC_CONNECTIONS_USER_MAX},
    {"in_flight", RPC_IN_FLIGHT_MAX},
    {"id", RPC_ID_MAX},
    {"page", RPC_PAGE_MAX},
};

const struct rpc_answered *
m_system_hello(struct rpc_call *call)
{
	struct buffer *out = rpc_begin(call);

	emit_integer(out, "protocol", NETINST_PROTOCOL);
	emit_text(out, "version", NETINST_VERSION);
	emit_text(out, "boot_id", call->session->service->boot_id);
	emit_integer(out, "pid", getpid());
	emit_begin_array(out, "features");
	for (size_t i = 0; i < ARRAY_LENGTH(features); i++)
		emit_text(out, NULL, features[i]);
	emit_end_array(out);
	emit_begin_object(out, "limits");
	for (size_t i = 0; i < ARRAY_LENGTH(limits); i++)
		emit_integer(out, limits[i].name, limits[i].value);
	emit_end_object(out);
	return rpc_end(call);
}

static void
system_write_instances(struct buffer *out)
{
	uint64_t counts[INSTANCE_STATES];

	instance_count_states(counts);
	emit_begin_object(out, "instances");
	for (unsigned i = 0; i < INSTANCE_STATES; i++)
		emit_unsigned(out, instance_state_name(i), counts[i]);
	emit_end_object(out);
}

static void
system_write_overdue(struct buffer *out)
{
	/* One more than is shown tells whether there are more. */
	struct overdue_view list[OVERDUE_SHOWN_MAX + 1];
	size_t count = core_read_overdue(list, ARRAY_LENGTH(list));

	emit_boolean(out, "overdue_more", count > OVERDUE_SHOWN_MAX);
	emit_begin_array(out, "overdue");
	for (size_t i = 0; i < count && i < OVERDUE_SHOWN_MAX; i++) {
		emit_begin_object(out, NULL);
		emit_text(out, "plugin", list[i].owner);
		emit_text(out, "registrant", list[i].registrant);
		emit_text(out, "callback", callback_name(list[i].callback));
		emit_integer(out, "instance", list[i].instance);
		emit_integer(out, "elapsed_ns", list[i].elapsed);
		emit_end_object(out);
	}
	emit_end_array(out);
}

static void
system_write_workers(struct buffer *out, const struct core_status *status)
{
	emit_begin_object(out, "workers");
	emit_unsigned(out, "total", status->workers);
	emit_unsigned(out, "busy", status->workers_busy);
	emit_unsigned(out, "hung", status->workers_hung);
	emit_unsigned(out, "retired", status->workers_retired);
	emit_end_object(out);
	emit_unsigned(out, "queued", status->strands_queued);
}

/* Code of plugins stays mapped. */
static void
system_write_plugin_code(struct buffer *out)
{
	struct plugins_kept kept;

	plugins_read_kept(&kept);
	emit_begin_object(out, "plugin_code");
	emit_unsigned(out, "loads", kept.loads);
	emit_unsigned(out, "mappings", kept.mappings);
	emit_unsigned(out, "mappings_max", kept.mappings_max);
	emit_unsigned(out, "bytes", kept.bytes);
	emit_unsigned(out, "bytes_max", kept.bytes_max);
	emit_end_object(out);
}

static void
system_write_history(struct buffer *out)
{
	struct history_status status;

	history_read_status(&status);
	emit_begin_object(out, "history");
	emit_unsigned(out, "stored", status.records);
	emit_unsigned(out, "in_memory", status.waiting);
	emit_unsigned(out, "lost", status.lost);
	emit_unsigned(out, "damaged", status.damaged);
	emit_unsigned(out, "failures", status.failures);
	if (status.problem[0] != '\0')
		emit_text(out, "problem", status.problem);
	emit_end_object(out);
}

/* The features that real instances have to do without. */
static void
system_write_missing(struct buffer *out, bool running)
{
	const struct netns_feature_view *view;

	emit_begin_array(out, "missing");
	for (unsigned i = 0; running && i < NETNS_FEATURES; i++) {
		view = netns_feature_view(i);
		if (!view->have || view->switched_off)
			emit_text(out, NULL, view->name);
	}
	emit_end_array(out);
}

/* How it is with real instances. */
static void
system_write_netns(struct buffer *out)
{
	struct netns_status status;

	netns_read_status(&status);
	emit_begin_object(out, "netns");
	emit_boolean(out, "running", status.running);
	system_write_missing(out, status.running);
	emit_unsigned(out, "namespaces", status.namespaces);
	emit_unsigned(out, "held", status.held);
	emit_unsigned(out, "resyncs", status.resyncs);
	emit_unsigned(out, "ghosts", status.stale);
	emit_unsigned(out, "unholdable", status.unholdable);
	emit_unsigned(out, "late_releases", status.late_releases);
	emit_unsigned(out, "foreign", status.leaks);
	emit_end_object(out);
}

const struct rpc_answered *
m_system_status(struct rpc_call *call)
{
	const struct service *service = call->session->service;
	int64_t uptime = clock_monotonic() - service->started;
	struct buffer *out = rpc_begin(call);
	struct core_status status;

	core_read_status(&status);
	/* Readers need no more than milliseconds. */
	emit_double(out, "uptime_seconds", (double)(uptime / NS_PER_MS) / 1000);
	system_write_instances(out);
	emit_unsigned(out, "plugins", plugins_count());
	system_write_plugin_code(out);
	emit_unsigned(out, "registrants", status.registrants);
	system_write_workers(out, &status);
	system_write_overdue(out);
	emit_unsigned(out, "callbacks_overdue", status.callbacks_overdue);
	system_write_history(out);
	system_write_netns(out);
	emit_unsigned(out, "clients", service->clients);
	emit_unsigned(out, "log_lost", log_lost());
	emit_integer(out, "pid", getpid());
	emit_text(out, "version", NETINST_VERSION);
	return rpc_end(call);
}

const struct rpc_answered *
m_system_stop(struct rpc_call *call)
{
	const struct service *service = call->session->service;

	service->stop(service->stop_arg);
	return rpc_reply_empty(call);
}

/* Whether a parameter names the id of a request, written as that was. */
static bool
system_id_is(const struct param_value *value, const struct rpc_id *id)
{
	const struct scan_slice *raw = &value->raw;
	enum rpc_id_kind kind = raw->kind == SCAN_STRING ? ID_TEXT : ID_NUMBER;

	return id->kind == kind && raw->length == id->length &&
	       memcmp(raw->text, id->text, id->length) == 0;
}

const struct rpc_answered *
m_system_cancel(struct rpc_call *call)
{
	const struct param_value *id = &call->params[CANCEL_ID];
	const struct rpc_answered *answered = rpc_reply_empty(call);
	struct pending *pending;

	/* One that is not found was answered already, which is as good. */
	TAILQ_FOREACH (pending, &call->session->waiting, link)
		if (pending->method->cancellable &&
		    system_id_is(id, &pending->id))
			break;
	/* Written after this call's own reply, which is complete by now. */
	if (pending != NULL)
		pending_answer_error(pending, RPC_CANCELLED,
		    "what was asked for goes on, unless it had failed",
		    "the request was cancelled");
	return answered;
}
