/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_plugin.c: netinstctl plugin load, unload, reload, retry, show, list.
 * Everything that a plugin says of itself, its summary first of all, is a
 * stranger's text: it goes through writer.c or text_escape().
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
#include "pairs.h"
#include "report.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* What a plugin's registrants add up to. */
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
	char *name = writer_words(json_object_get(plugin, "name"));
	char *version = writer_words(json_object_get(plugin, "version"));
	char *safe_name = text_escape(name);
	char *safe_version = text_escape(version);
	json_int_t active = plugin_sum(plugin, "active");
	json_int_t failed = plugin_sum(plugin, "failed");

	(void)printf("%s %s %s: active on %lld instance%s", verb, safe_name,
	    safe_version, (long long)active, active == 1 ? "" : "s");
	if (failed > 0)
		(void)printf(", failed on %lld", (long long)failed);
	(void)putchar('\n');
	free(safe_version);
	free(safe_name);
	free(version);
	free(name);
}

/*
 * The daemon runs in another directory, so a path is made absolute: but not
 * resolved, because what a symbolic link leads to is the daemon's to judge.
 */
static int
plugin_put_path(json_t *params, const char *path)
{
	char *directory, *whole;
	int code = EXIT_OK;

	if (*path == '/') {
		(void)json_object_set_new(
		    params, "path", memory_check(json_string(path)));
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
		(void)json_object_set_new(
		    params, "path", memory_check(json_string(whole)));
	free(whole);
	free(directory);
	return code;
}

/* A slash, as in the shell; and nobody means a plugin of the name "x.so". */
static bool
plugin_is_path(const char *plugin)
{
	size_t length = strlen(plugin);

	return strchr(plugin, '/') != NULL ||
	       (length > 3 && strcmp(plugin + length - 3, ".so") == 0);
}

static void
plugin_loaded(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)operand;
	plugin_say("loaded", result);
}

int
cmd_plugin_load(struct invocation *invocation)
{
	const char *plugin = invocation->operands[0];
	json_t *params = memory_check(json_object()), *config = NULL;
	int code = pairs_parse(invocation, 1, PAIRS_TEXT, &config);

	if (code == EXIT_OK && plugin_is_path(plugin))
		code = plugin_put_path(params, plugin);
	else if (code == EXIT_OK)
		(void)json_object_set_new(
		    params, "name", memory_check(json_string(plugin)));
	if (code != EXIT_OK) {
		json_decref(config);
		json_decref(params);
		return code;
	}
	if (json_object_size(config) > 0)
		(void)json_object_set(params, "config", config);
	json_decref(config);
	return run_once(invocation, params, plugin_loaded);
}

static json_t *
plugin_params(const struct invocation *invocation, const char *operand)
{
	(void)invocation;
	return memory_check(json_pack("{s:s}", "plugin", operand));
}

static void
plugin_unloaded(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	char *safe = text_escape(operand);

	(void)invocation;
	(void)result;
	(void)printf("unloaded %s\n", safe);
	free(safe);
}

int
cmd_plugin_unload(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = plugin_params,
	    .show = plugin_unloaded,
	};

	return run_each(invocation, &each);
}

static void
plugin_reloaded(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)operand;
	plugin_say("reloaded", result);
}

int
cmd_plugin_reload(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = plugin_params,
	    .show = plugin_reloaded,
	};

	return run_each(invocation, &each);
}

static void
plugin_retried(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)invocation;
	(void)operand;
	plugin_say("retried", result);
}

int
cmd_plugin_retry(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = plugin_params,
	    .show = plugin_retried,
	};

	return run_each(invocation, &each);
}

static void
plugin_show_registrants(
    const struct invocation *invocation, const json_t *plugin)
{
	static const char *const headings[] = {
	    "REGISTRANT", ">ACTIVE", ">FAILED", "LEAVING", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const json_t *registrant;
	size_t i;

	(void)putchar('\n');
	json_array_foreach (
	    json_object_get(plugin, "registrants"), i, registrant) {
		bool leaving =
		    json_is_true(json_object_get(registrant, "leaving"));

		writer_row(writer);
		writer_member(writer, registrant, "name");
		writer_member(writer, registrant, "active");
		writer_alarm(writer, registrant, "failed");
		writer_text(writer, leaving ? "yes" : "no");
	}
	writer_finish(writer);
}

static void
plugin_put_time(
    struct writer *writer, const json_t *callback, const char *member)
{
	char *time = text_nanoseconds(
	    json_integer_value(json_object_get(callback, member)));

	writer_text(writer, time);
	free(time);
}

static void
plugin_show_callbacks(const struct invocation *invocation, const json_t *plugin)
{
	static const char *const headings[] = {"CALLBACK", ">CALLS",
	    ">FAILURES", ">RUNNING", ">OVERDUE", ">P50", ">P99", ">MAX", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const char *name;
	json_t *callback;

	(void)putchar('\n');
	json_object_foreach (
	    json_object_get(plugin, "callbacks"), name, callback) {
		writer_row(writer);
		writer_text(writer, name);
		writer_member(writer, callback, "calls");
		writer_alarm(writer, callback, "failures");
		writer_member(writer, callback, "running");
		writer_alarm(writer, callback, "overdue");
		plugin_put_time(writer, callback, "p50_ns");
		plugin_put_time(writer, callback, "p99_ns");
		plugin_put_time(writer, callback, "max_ns");
	}
	writer_finish(writer);
}

/* "1 kstats, 2 notifies"; NULL for nothing. The caller frees it. */
static char *
plugin_leftovers(const json_t *plugin)
{
	const char *name;
	json_t *count;
	char *all = NULL;

	json_object_foreach (
	    json_object_get(plugin, "leftovers"), name, count) {
		json_int_t value = json_integer_value(count);
		char *word = memory_format("%lld %s", (long long)value, name);

		if (value != 0)
			all = text_append(all, ", ", word);
		free(word);
	}
	return all;
}

static void
plugin_show(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);
	char *leftovers = plugin_leftovers(result);

	(void)operand;
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

int
cmd_plugin_show(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = plugin_params,
	    .show = plugin_show,
	    .separate = true,
	};

	return run_each(invocation, &each);
}

static void
plugin_list(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	static const char *const headings[] = {
	    "NAME", "VERSION", "STATE", ">ACTIVE", ">FAILED", "SUMMARY", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const json_t *plugin;
	size_t i;

	(void)operand;
	json_array_foreach (json_object_get(result, "plugins"), i, plugin) {
		json_int_t failed = plugin_sum(plugin, "failed");

		writer_row(writer);
		writer_member(writer, plugin, "name");
		writer_member(writer, plugin, "version");
		writer_state(writer, plugin, "state");
		writer_number(writer, plugin_sum(plugin, "active"));
		writer_number(writer, failed);
		writer_member(writer, plugin, "summary");
	}
	writer_finish(writer);
}

int
cmd_plugin_list(struct invocation *invocation)
{
	return run_once(invocation, NULL, plugin_list);
}
