/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_plugin.c: netinstctl plugin load, reload, retry, show, list. What a
 * plugin says of itself, such as its summary, comes from outside: it goes
 * through writer.c or text_escape().
 */
#include "commands.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "params.h"
#include "report.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* The sum over a plugin's registrants. */
static json_int_t
plugin_sum(const json_t *plugin, const char *member)
{
	const json_t *registrant;
	json_int_t sum = 0;
	size_t i;

	json_array_foreach (
	    json_object_get(plugin, "registrants"), i, registrant)
		sum += json_integer_value(json_object_get(registrant, member));
	return sum;
}

/* "loaded trace 1.0.0: active on 3 instances, failed on 1" */
static void
plugin_say(const char *verb, const json_t *plugin)
{
	char *name = writer_fill("{name} {version}", NULL, plugin);
	char *safe = text_escape(name);
	json_int_t active = plugin_sum(plugin, "active");
	json_int_t failed = plugin_sum(plugin, "failed");

	(void)printf("%s %s: active on %lld instance%s", verb, safe,
	    (long long)active, active == 1 ? "" : "s");
	if (failed > 0)
		(void)printf(", failed on %lld", (long long)failed);
	(void)putchar('\n');
	free(safe);
	free(name);
}

/*
 * The daemon runs in another directory, so a path is made absolute: but not
 * resolved, because the daemon judges where a symbolic link leads.
 */
static int
plugin_put_path(json_t *params, const char *path)
{
	char *directory, *whole;
	int code = EXIT_OK;

	if (*path == '/') {
		params_put(params, "path", path);
		return EXIT_OK;
	}
	directory = getcwd(NULL, 0);
	if (directory == NULL)
		return report(EXIT_FAILED, "give the whole path",
		    "plugin load: where '%s' is cannot be told: %s", path,
		    strerror(errno));
	while (strncmp(path, "./", 2) == 0)
		path += 2 + strspn(path + 2, "/");
	/* The root ends in a slash already. */
	whole = memory_format("%s%s%s", directory,
	    directory[strlen(directory) - 1] == '/' ? "" : "/", path);
	if (!text_is_utf8(whole))
		code = report(EXIT_USAGE, NULL,
		    "plugin load: the path '%s' is not UTF-8", whole);
	else
		params_put(params, "path", whole);
	free(whole);
	free(directory);
	return code;
}

/* It has a slash, as in the shell, or ends in .so, as no plugin's name does. */
static bool
plugin_is_path(const char *plugin)
{
	size_t length = strlen(plugin);

	return strchr(plugin, '/') != NULL ||
	       (length > 3 && strcmp(plugin + length - 3, ".so") == 0);
}

void
cmd_plugin_load_show(const struct invocation *invocation, const json_t *result)
{
	(void)invocation;
	plugin_say("loaded", result);
}

void
cmd_plugin_reload_show(
    const struct invocation *invocation, const json_t *result)
{
	(void)invocation;
	plugin_say("reloaded", result);
}

void
cmd_plugin_retry_show(const struct invocation *invocation, const json_t *result)
{
	(void)invocation;
	plugin_say("retried", result);
}

int
cmd_plugin_load(struct invocation *invocation)
{
	const char *plugin = invocation->operands[0];
	json_t *params = memory_check(json_object()), *config = NULL;
	int code = params_pairs(invocation, 1, PARAMS_TEXT, &config);

	if (code == EXIT_OK && plugin_is_path(plugin))
		code = plugin_put_path(params, plugin);
	else if (code == EXIT_OK)
		params_put(params, "name", plugin);
	if (code != EXIT_OK) {
		json_decref(config);
		json_decref(params);
		return code;
	}
	if (json_object_size(config) > 0)
		(void)json_object_set(params, "config", config);
	json_decref(config);
	return run_request(invocation, params);
}

static void
plugin_show_registrants(
    const struct invocation *invocation, const json_t *plugin)
{
	static const struct writer_column columns[] = {
	    {"REGISTRANT", "name", writer_member},
	    {">ACTIVE", "active", writer_member},
	    {">FAILED", "failed", writer_alarm},
	    {"LEAVING", "{leaving?yes|no}", writer_filled},
	    {.heading = NULL},
	};

	(void)putchar('\n');
	writer_array(
	    invocation, columns, json_object_get(plugin, "registrants"));
}

static void
plugin_show_callbacks(const struct invocation *invocation, const json_t *plugin)
{
	static const struct writer_column columns[] = {
	    {"CALLBACK", NULL, NULL}, /* the name of the object */
	    {">CALLS", "calls", writer_member},
	    {">FAILURES", "failures", writer_alarm},
	    {">RUNNING", "running", writer_member},
	    {">OVERDUE", "overdue", writer_alarm},
	    {">P50", "p50_ns", writer_nanoseconds},
	    {">P99", "p99_ns", writer_nanoseconds},
	    {">MAX", "max_ns", writer_nanoseconds},
	    {.heading = NULL},
	};
	struct writer *writer = writer_table(invocation, columns);
	const char *name;
	json_t *callback;

	(void)putchar('\n');
	json_object_foreach (
	    json_object_get(plugin, "callbacks"), name, callback) {
		writer_row(writer);
		writer_text(writer, name);
		writer_cells(writer, callback);
	}
	writer_finish(writer);
}

void
cmd_plugin_show(const struct invocation *invocation, const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	json_int_t ignored;
	char *leftovers =
	    writer_counts(json_object_get(result, "leftovers"), &ignored);

	writer_pair_member(writer, "name", result, "name");
	writer_pair_member(writer, "version", result, "version");
	writer_pair_member(writer, "summary", result, "summary");
	writer_pair_member(writer, "path", result, "path");
	writer_pair_member(writer, "abi", result, "abi");
	writer_row(writer);
	writer_text(writer, "state");
	writer_state(writer, result, "state");
	writer_pair_member(writer, "loads", result, "loads");
	writer_pair(
	    writer, "left behind", leftovers != NULL ? leftovers : "nothing");
	writer_finish(writer);
	plugin_show_registrants(invocation, result);
	plugin_show_callbacks(invocation, result);
	free(leftovers);
}

static void
plugin_put_sum(struct writer *writer, const json_t *plugin, const char *member)
{
	writer_number(writer, plugin_sum(plugin, member));
}

void
cmd_plugin_list(const struct invocation *invocation, const json_t *result)
{
	static const struct writer_column columns[] = {
	    {"NAME", "name", writer_member},
	    {"VERSION", "version", writer_member},
	    {"STATE", "state", writer_state},
	    {">ACTIVE", "active", plugin_put_sum},
	    {">FAILED", "failed", plugin_put_sum},
	    {"SUMMARY", "summary", writer_member},
	    {.heading = NULL},
	};

	writer_array(invocation, columns, json_object_get(result, "plugins"));
}
