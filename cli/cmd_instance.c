/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_instance.c: netinstctl instance create, shutdown, destroy, show, list.
 * What is asked of the daemon, and what people see of the answer; run.c does
 * the asking, and all of --json.
 */
#include "commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "report.h"
#include "run.h"
#include "text.h"
#include "writer.h"

static bool
instance_waits(const struct invocation *invocation)
{
	return invocation->options.values[OPTION_NO_WAIT] == NULL;
}

static void
instance_put_wait(json_t *params, const struct invocation *invocation)
{
	if (!instance_waits(invocation))
		(void)json_object_set_new(params, "wait", json_false());
}

/* "created blue (id 1)", or "creating ..." when nobody waited for it. */
static void
instance_say(const struct invocation *invocation, const json_t *instance,
    const char *done, const char *begun)
{
	char *name = writer_words(json_object_get(instance, "name"));
	char *id = writer_words(json_object_get(instance, "id"));
	char *safe = text_escape(name);

	(void)printf("%s %s (id %s)\n",
	    instance_waits(invocation) ? done : begun, safe, id);
	free(safe);
	free(id);
	free(name);
}

/* "inet,arp" as an array; nothing between two commas is a name, too. */
static json_t *
instance_protocols(const char *list)
{
	json_t *all = memory_check(json_array());

	while (*list != '\0') {
		size_t length = strcspn(list, ",");

		(void)json_array_append_new(
		    all, memory_check(json_stringn(list, length)));
		list += length;
		if (*list == ',' && *++list == '\0')
			(void)json_array_append_new(
			    all, memory_check(json_string("")));
	}
	return all;
}

static json_t *
instance_create_params(const struct invocation *invocation, const char *operand)
{
	const char *list = invocation->options.values[OPTION_PROTOCOLS];
	json_t *params = memory_check(json_pack("{s:s}", "name", operand));

	if (list != NULL)
		(void)json_object_set_new(
		    params, "protocols", instance_protocols(list));
	instance_put_wait(params, invocation);
	return params;
}

static void
instance_created(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)operand;
	instance_say(invocation, result, "created", "creating");
}

int
cmd_instance_create(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = instance_create_params,
	    .show = instance_created,
	};

	return run_each(invocation, &each);
}

static json_t *
instance_params(const struct invocation *invocation, const char *operand)
{
	json_t *params = memory_check(json_pack("{s:s}", "instance", operand));

	instance_put_wait(params, invocation);
	return params;
}

static void
instance_was_shut_down(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)operand;
	instance_say(invocation, result, "shut down", "shutting down");
}

int
cmd_instance_shutdown(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = instance_params,
	    .show = instance_was_shut_down,
	};

	return run_each(invocation, &each);
}

static void
instance_destroyed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	(void)operand;
	instance_say(invocation, result, "destroyed", "destroying");
}

int
cmd_instance_destroy(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = instance_params,
	    .show = instance_destroyed,
	};

	return run_each(invocation, &each);
}

static void
instance_show_pairs(const struct invocation *invocation, const json_t *pairs)
{
	static const char *const headings[] = {
	    "PLUGIN", "REGISTRANT", "STATE", NULL};
	struct writer *writer = writer_table(invocation, headings);
	const json_t *pair;
	size_t i;

	if (json_array_size(pairs) > 0)
		(void)putchar('\n');
	json_array_foreach (pairs, i, pair) {
		writer_row(writer);
		writer_member(writer, pair, "plugin");
		writer_member(writer, pair, "registrant");
		writer_state(writer, pair, "state");
	}
	writer_finish(writer);
}

/* Nothing, unless plugins inject packets. */
static void
instance_show_injected(struct writer *writer, const json_t *injected)
{
	json_int_t received =
	    json_integer_value(json_object_get(injected, "received"));
	json_int_t sent = json_integer_value(json_object_get(injected, "sent"));
	json_int_t lost = json_integer_value(json_object_get(injected, "lost"));
	char *text;

	if (received + sent + lost == 0)
		return;
	text = memory_format("%lld received, %lld sent, %lld lost",
	    (long long)received, (long long)sent, (long long)lost);
	writer_pair(writer, "injected", text);
	free(text);
}

/* "blue", "blue (nameless)": one that has lost its name shows the last. */
static char *
instance_name_words(const json_t *instance)
{
	char *name = writer_words(json_object_get(instance, "name")), *text;

	/* The global instance needs none. */
	if (!json_is_false(json_object_get(instance, "named")) ||
	    json_integer_value(json_object_get(instance, "id")) == 0)
		return name;
	text = memory_format("%s (nameless)", name);
	free(name);
	return text;
}

static void
instance_show_name(struct writer *writer, const json_t *instance)
{
	char *name = instance_name_words(instance);

	writer_pair(writer, "name", name);
	if (json_object_get(instance, "aliases") != NULL)
		writer_pair_member(writer, "also named", instance, "aliases");
	free(name);
}

/* Of one that the kernel has: which it is, and who holds it. */
static void
instance_show_kernel(struct writer *writer, const json_t *instance)
{
	const json_t *kernel = json_object_get(instance, "kernel");
	bool weak = json_is_true(json_object_get(kernel, "weak"));
	char *id, *text;

	if (kernel == NULL)
		return;
	id = writer_words(json_object_get(kernel, "id"));
	text = memory_format(
	    "%s%s", id, weak ? " (weak: the kernel may use it again)" : "");
	writer_pair(writer, "kernel id", text);
	writer_pair_member(writer, "inode", kernel, "inode");
	writer_pair_member(writer, "held for", kernel, "hold");
	if (json_object_get(kernel, "holder") != NULL)
		writer_pair_member(writer, "process", kernel, "holder");
	free(text);
	free(id);
}

/* What is down in the kernel is still there because something holds it. */
static void
instance_hint_holders(const json_t *instance)
{
	const char *state =
	    json_string_value(json_object_get(instance, "state"));

	if (json_object_get(instance, "kernel") == NULL || state == NULL ||
	    strcmp(state, "down") != 0)
		return;
	(void)printf("netinstctl why-alive %lld tells what still holds it\n",
	    (long long)json_integer_value(json_object_get(instance, "id")));
}

static void
instance_show(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);

	(void)operand;
	instance_show_name(writer, result);
	writer_pair_member(writer, "id", result, "id");
	writer_pair_member(writer, "source", result, "source");
	writer_row(writer);
	writer_text(writer, "state");
	writer_state(writer, result, "state");
	writer_pair_member(writer, "protocols", result, "protocols");
	writer_pair_member(writer, "created", result, "created");
	writer_pair_member(writer, "kstats", result, "kstats");
	writer_pair_member(writer, "nics", result, "nics");
	instance_show_kernel(writer, result);
	instance_show_injected(writer, json_object_get(result, "injected"));
	writer_finish(writer);
	instance_hint_holders(result);
	instance_show_pairs(invocation, json_object_get(result, "pairs"));
}

int
cmd_instance_show(struct invocation *invocation)
{
	static const struct run_each each = {
	    .params = instance_params,
	    .show = instance_show,
	    .separate = true,
	};

	return run_each(invocation, &each);
}

/* "2026-11-23T08:00:00Z": whole seconds are enough in a list. */
static void
instance_put_created(struct writer *writer, const json_t *instance)
{
	char *time = writer_words(json_object_get(instance, "created"));
	char *fraction = strchr(time, '.');

	if (fraction != NULL)
		(void)memcpy(fraction, "Z", sizeof("Z"));
	writer_text(writer, time);
	free(time);
}

/* With its other names behind it, if it has some. */
static void
instance_put_name(struct writer *writer, const json_t *instance)
{
	char *name = instance_name_words(instance);
	const json_t *alias;
	size_t i;

	json_array_foreach (json_object_get(instance, "aliases"), i, alias)
		name = text_append(name, ", ", json_string_value(alias));
	writer_text(writer, name);
	free(name);
}

struct instances_shown {
	struct writer *writer;
	size_t count;
};

/* A run_page_fn: how many there are, whatever is printed. */
static void
instance_count(void *arg, const json_t *items)
{
	((struct instances_shown *)arg)->count += json_array_size(items);
}

static void
instance_page(void *arg, const json_t *items)
{
	struct writer *writer = ((struct instances_shown *)arg)->writer;
	const json_t *instance;
	size_t i;

	json_array_foreach (items, i, instance) {
		writer_row(writer);
		writer_member(writer, instance, "id");
		instance_put_name(writer, instance);
		writer_state(writer, instance, "state");
		writer_member(writer, instance, "source");
		instance_put_created(writer, instance);
		writer_member(writer, instance, "protocols");
	}
	writer_print(writer);
}

int
cmd_instance_list(struct invocation *invocation)
{
	static const char *const headings[] = {
	    ">ID", "NAME", "STATE", "SOURCE", "CREATED", "PROTOCOLS", NULL};
	struct instances_shown shown = {
	    .writer = writer_table(invocation, headings)};
	struct run_list list = {.member = "instances",
	    .check = instance_count,
	    .show = instance_page,
	    .arg = &shown};
	json_t *params = memory_check(json_object());
	int code;

	if (invocation->count > 0)
		(void)json_object_set_new(params, "match",
		    memory_check(json_string(invocation->operands[0])));
	run_put_option(params, "state", invocation, OPTION_STATE);
	run_put_option(params, "source", invocation, OPTION_SOURCE);
	code = run_pages(invocation, params, &list);
	writer_finish(shown.writer);
	/* Who names some and gets none has asked for what is not there. */
	if (code == EXIT_OK && invocation->count > 0 && shown.count == 0)
		code = report(EXIT_NOT_FOUND,
		    "'netinstctl instance list' lists all there are",
		    "instance list: no instance matches '%s'",
		    invocation->operands[0]);
	return code;
}
