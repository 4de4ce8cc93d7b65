/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_system.c: the commands about the daemon itself: status, hello, stop.
 * They show what the daemon says and compute nothing but sums, so that a newer
 * daemon's states and limits appear without a change here.
 */
#include "commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

#include "client.h"
#include "memory.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* "3: 2 active, 1 creating": a sum, and its parts that are not 0. */
static char *
system_sum(const json_t *counts)
{
	json_int_t sum;
	char *parts = writer_counts(counts, &sum);
	char *all = memory_format("%lld%s%s", (long long)sum,
	    parts != NULL ? ": " : "", parts != NULL ? parts : "");

	free(parts);
	return all;
}

static void
system_show_overdue(const struct invocation *invocation, const json_t *overdue)
{
	static const struct writer_column columns[] = {
	    {"PLUGIN", "plugin", writer_member},
	    {"REGISTRANT", "registrant", writer_member},
	    {"CALLBACK", "callback", writer_member},
	    {">INSTANCE", "instance", writer_member},
	    {">RUNS FOR", "elapsed_ns", writer_nanoseconds},
	    {.heading = NULL},
	};

	if (json_array_size(overdue) > 0)
		(void)puts("\noverdue callbacks:");
	writer_array(invocation, columns, overdue);
}

/* The code of plugins that were loaded, which stays mapped. */
static void
system_show_plugin_code(struct writer *writer, const json_t *code)
{
	if (code != NULL) /* else it is an older netinstd */
		writer_pair_filled(writer, "plugin code", code,
		    "{loads} loads since the start, {mappings} of "
		    "{mappings_max} mappings");
}

/* What is stored, and what is wrong. */
static void
system_show_history(struct writer *writer, const json_t *history)
{
	writer_pair_filled(writer, "history", history,
	    "{stored} stored, {in_memory} in memory");
	if (json_object_get(history, "problem") != NULL)
		writer_pair_member(
		    writer, "problem of the history", history, "problem");
}

/* What is followed and held, and what is not as it should be. */
static void
system_show_netns(struct writer *writer, const json_t *netns)
{
	static const struct {
		const char *member, *what;
	} alarms[] = {
	    {"ghosts", "entries that are no namespaces"},
	    {"unholdable", "namespaces not held for want of descriptors"},
	    {"late_releases", "namespaces let go before callbacks had ended"},
	    {"foreign", "things that plugins left in namespaces"},
	};

	if (!json_is_true(json_object_get(netns, "running")))
		return;
	writer_pair_filled(
	    writer, "namespaces", netns, "{namespaces} followed, {held} held");
	if (json_array_size(json_object_get(netns, "missing")) > 0)
		writer_pair_member(writer, "doing without", netns, "missing");
	for (size_t i = 0; i < ARRAY_LENGTH(alarms); i++) {
		json_t *count = json_object_get(netns, alarms[i].member);

		if (json_integer_value(count) > 0)
			writer_pair_member(
			    writer, alarms[i].what, netns, alarms[i].member);
	}
}

void
cmd_status_show(const struct invocation *invocation, const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	char *uptime = text_uptime(
	    json_number_value(json_object_get(result, "uptime_seconds")));
	char *instances = system_sum(json_object_get(result, "instances"));

	writer_pair_member(writer, "version", result, "version");
	writer_pair_member(writer, "pid", result, "pid");
	writer_pair(writer, "up for", uptime);
	writer_pair(writer, "instances", instances);
	writer_pair_member(writer, "plugins", result, "plugins");
	system_show_plugin_code(writer, json_object_get(result, "plugin_code"));
	writer_pair_member(writer, "registrants", result, "registrants");
	writer_pair_filled(writer, "workers",
	    json_object_get(result, "workers"),
	    "{total}: {busy} busy, {hung} hung");
	writer_pair_member(writer, "queued jobs", result, "queued");
	system_show_history(writer, json_object_get(result, "history"));
	system_show_netns(writer, json_object_get(result, "netns"));
	writer_pair_member(writer, "clients", result, "clients");
	writer_pair_member(
	    writer, "callbacks overdue so far", result, "callbacks_overdue");
	writer_pair_member(writer, "log lines lost", result, "log_lost");
	writer_finish(writer);
	system_show_overdue(invocation, json_object_get(result, "overdue"));
	if (json_is_true(json_object_get(result, "overdue_more")))
		(void)puts("and more");
	free(instances);
	free(uptime);
}

void
cmd_hello_show(const struct invocation *invocation, const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	json_t *limits = json_object_get(result, "limits");
	const char *name;
	json_t *limit;

	writer_pair_member(writer, "version", result, "version");
	writer_pair_member(writer, "protocol", result, "protocol");
	writer_pair_member(writer, "boot id", result, "boot_id");
	writer_pair_member(writer, "pid", result, "pid");
	writer_pair_member(writer, "features", result, "features");
	json_object_foreach (limits, name, limit) {
		char *what = memory_format("limit of %s", name);

		writer_pair_member(writer, what, limits, name);
		free(what);
	}
	writer_finish(writer);
}

void
cmd_stop_show(const struct invocation *invocation, const json_t *result)
{
	(void)result;
	if (invocation->options.values[OPTION_NO_WAIT] != NULL)
		(void)puts("netinstd stops");
}

/* While the daemon runs, its pid cannot be another process's. */
static int
system_watch_daemon(struct client *client)
{
	struct reply reply = {.root = NULL};
	int code = client_ask(client, "system.hello", NULL, &reply);

	if (code == EXIT_OK)
		client_watch_process(client,
		    json_integer_value(json_object_get(reply.result, "pid")));
	reply_free(&reply);
	return code;
}

int
cmd_stop(struct invocation *invocation)
{
	bool waits = invocation->options.values[OPTION_NO_WAIT] == NULL;
	struct client *client;
	int code = run_client(invocation, &client);

	if (code == EXIT_OK && waits)
		code = system_watch_daemon(client);
	if (code == EXIT_OK)
		code = run_request(invocation, NULL);
	if (code != EXIT_OK || !waits)
		return code;
	code = client_wait_end(client);
	if (code == EXIT_OK && !run_json(invocation))
		(void)puts("netinstd has stopped");
	return code;
}
