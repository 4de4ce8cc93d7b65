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
#include <string.h>

#include <netinst/rpc.h>

#include "client.h"
#include "memory.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* "3: 2 active, 1 creating": a sum, and its parts that are not 0. */
static char *
system_sum(json_t *counts)
{
	char *parts = NULL, *all;
	json_int_t sum = 0;
	const char *name;
	json_t *count;

	json_object_foreach (counts, name, count) {
		json_int_t value = json_integer_value(count);
		char *word = memory_format("%lld %s", (long long)value, name);

		if (value != 0)
			parts = text_append(parts, ", ", word);
		sum += value;
		free(word);
	}
	all = memory_format("%lld%s%s", (long long)sum,
	    parts != NULL ? ": " : "", parts != NULL ? parts : "");
	free(parts);
	return all;
}

static void
system_show_overdue(const struct invocation *invocation, const json_t *overdue)
{
	static const char *const headings[] = {
	    "PLUGIN", "REGISTRANT", "CALLBACK", ">INSTANCE", ">RUNS FOR", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const json_t *item;
	size_t i;

	if (json_array_size(overdue) > 0)
		(void)puts("\noverdue callbacks:");
	json_array_foreach (overdue, i, item) {
		char *elapsed = text_nanoseconds(
		    json_integer_value(json_object_get(item, "elapsed_ns")));

		writer_row(writer);
		writer_member(writer, item, "plugin");
		writer_member(writer, item, "registrant");
		writer_member(writer, item, "callback");
		writer_member(writer, item, "instance");
		writer_text(writer, elapsed);
		free(elapsed);
	}
	writer_finish(writer);
}

static void
system_show_workers(struct writer *writer, const json_t *workers)
{
	char *total = writer_words(json_object_get(workers, "total"));
	char *busy = writer_words(json_object_get(workers, "busy"));
	char *hung = writer_words(json_object_get(workers, "hung"));
	char *all = memory_format("%s: %s busy, %s hung", total, busy, hung);

	writer_pair(writer, "workers", all);
	free(all);
	free(hung);
	free(busy);
	free(total);
}

/* What stays mapped of the plugins that were loaded. */
static void
system_show_plugin_code(struct writer *writer, const json_t *code)
{
	char *loads, *mappings, *most, *all;

	if (code == NULL)
		return; /* an older netinstd */
	loads = writer_words(json_object_get(code, "loads"));
	mappings = writer_words(json_object_get(code, "mappings"));
	most = writer_words(json_object_get(code, "mappings_max"));
	all = memory_format("%s loads since the start, %s of %s mappings",
	    loads, mappings, most);
	writer_pair(writer, "plugin code", all);
	free(all);
	free(most);
	free(mappings);
	free(loads);
}

/* "12 stored, 0 in memory", and what is wrong. */
static void
system_show_history(struct writer *writer, const json_t *history)
{
	char *stored = writer_words(json_object_get(history, "stored"));
	char *waiting = writer_words(json_object_get(history, "in_memory"));
	char *both = memory_format("%s stored, %s in memory", stored, waiting);

	writer_pair(writer, "history", both);
	if (json_object_get(history, "problem") != NULL)
		writer_pair_member(
		    writer, "problem of the history", history, "problem");
	free(both);
	free(waiting);
	free(stored);
}

/* "12 followed, 12 held", and what is not as it should be. */
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
	json_t *missing = json_object_get(netns, "missing");
	char *followed, *held, *both;

	if (!json_is_true(json_object_get(netns, "running")))
		return;
	followed = writer_words(json_object_get(netns, "namespaces"));
	held = writer_words(json_object_get(netns, "held"));
	both = memory_format("%s followed, %s held", followed, held);
	writer_pair(writer, "namespaces", both);
	if (json_array_size(missing) > 0)
		writer_pair_member(writer, "doing without", netns, "missing");
	for (size_t i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
		json_t *count = json_object_get(netns, alarms[i].member);

		if (json_integer_value(count) > 0)
			writer_pair_member(
			    writer, alarms[i].what, netns, alarms[i].member);
	}
	free(both);
	free(held);
	free(followed);
}

static void
system_show_status(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	char *uptime = text_uptime(
	    json_number_value(json_object_get(result, "uptime_seconds")));
	char *instances = system_sum(json_object_get(result, "instances"));

	(void)operand;
	writer_pair_member(writer, "version", result, "version");
	writer_pair_member(writer, "pid", result, "pid");
	writer_pair(writer, "up for", uptime);
	writer_pair(writer, "instances", instances);
	writer_pair_member(writer, "plugins", result, "plugins");
	system_show_plugin_code(writer, json_object_get(result, "plugin_code"));
	writer_pair_member(writer, "registrants", result, "registrants");
	system_show_workers(writer, json_object_get(result, "workers"));
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

int
cmd_status(struct invocation *invocation)
{
	return run_once(invocation, NULL, system_show_status);
}

static void
system_show_hello(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	json_t *limits = json_object_get(result, "limits");
	const char *name;
	json_t *limit;

	(void)operand;
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

int
cmd_hello(struct invocation *invocation)
{
	return run_once(invocation, NULL, system_show_hello);
}

static void
system_show_stop(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)operand;
	(void)result;
	if (invocation->options.values[OPTION_NO_WAIT] != NULL)
		(void)puts("netinstd stops");
}

/* Must be done while the daemon runs: then its pid is not another's. */
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
		code = run_once(invocation, NULL, system_show_stop);
	if (code != EXIT_OK || !waits)
		return code;
	code = client_wait_end(client);
	if (code == EXIT_OK && !run_json(invocation))
		(void)puts("netinstd has stopped");
	return code;
}
