/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_instance.c: netinstctl instance show and list, protocol list: what people
 * see of the answers.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "report.h"
#include "run.h"
#include "text.h"
#include "writer.h"

static void
instance_show_pairs(const struct invocation *invocation, const json_t *pairs)
{
	static const struct writer_column columns[] = {
	    {"PLUGIN", "plugin", writer_member},
	    {"REGISTRANT", "registrant", writer_member},
	    {"STATE", "state", writer_state},
	    {.heading = NULL},
	};

	if (json_array_size(pairs) > 0)
		(void)putchar('\n');
	writer_array(invocation, columns, pairs);
}

/* Nothing, unless plugins inject packets. */
static void
instance_show_injected(struct writer *writer, const json_t *injected)
{
	static const char *const members[] = {"received", "sent", "lost"};
	json_int_t sum = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(members); i++)
		sum +=
		    json_integer_value(json_object_get(injected, members[i]));
	if (sum != 0)
		writer_pair_filled(writer, "injected", injected,
		    "{received} received, {sent} sent, {lost} lost");
}

/* "blue", "blue (nameless)": one that has lost its name shows the last. */
static char *
instance_name_words(const json_t *instance)
{
	/* The global instance needs none. */
	bool nameless =
	    json_is_false(json_object_get(instance, "named")) &&
	    json_integer_value(json_object_get(instance, "id")) != 0;

	return writer_fill(
	    nameless ? "{name} (nameless)" : "{name}", NULL, instance);
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

/* Of a real instance: its namespace, and what holds it. */
static void
instance_show_kernel(struct writer *writer, const json_t *kernel)
{
	if (kernel == NULL)
		return;
	writer_pair_filled(writer, "kernel id", kernel,
	    "{id}{weak? (weak: the kernel may use it again)|}");
	writer_pair_member(writer, "inode", kernel, "inode");
	writer_pair_member(writer, "held for", kernel, "hold");
	if (json_object_get(kernel, "holder") != NULL)
		writer_pair_member(writer, "process", kernel, "holder");
}

/* A real instance that is down still exists because something holds it. */
static void
instance_hint_holders(const json_t *instance)
{
	const char *state =
	    json_string_value(json_object_get(instance, "state"));

	if (json_object_get(instance, "kernel") != NULL && state != NULL &&
	    strcmp(state, "down") == 0)
		writer_say("netinstctl why-alive {id} tells what still holds "
			   "it",
		    NULL, instance);
}

void
cmd_instance_show(const struct invocation *invocation, const json_t *result)
{
	struct writer *writer = writer_pairs(invocation);

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
	instance_show_kernel(writer, json_object_get(result, "kernel"));
	instance_show_injected(writer, json_object_get(result, "injected"));
	writer_finish(writer);
	instance_hint_holders(result);
	instance_show_pairs(invocation, json_object_get(result, "pairs"));
}

/* The name, and the aliases behind it. */
static void
instance_put_name(
    struct writer *writer, const json_t *instance, const char *aliases)
{
	char *name = instance_name_words(instance);
	const json_t *alias;
	size_t i;

	json_array_foreach (json_object_get(instance, aliases), i, alias)
		name = text_append(name, ", ", json_string_value(alias));
	writer_text(writer, name);
	free(name);
}

int
cmd_instance_list(struct invocation *invocation)
{
	static const struct writer_column columns[] = {
	    {">ID", "id", writer_member},
	    {"NAME", "aliases", instance_put_name},
	    {"STATE", "state", writer_state},
	    {"SOURCE", "source", writer_member},
	    {"CREATED", "created", writer_time},
	    {"PROTOCOLS", "protocols", writer_member},
	    {.heading = NULL},
	};
	size_t items;
	int code = run_table(invocation, "instances", columns, &items);

	/* Without a pattern, an empty list is no error. */
	if (code == EXIT_OK && invocation->count > 0 && items == 0)
		code = report(EXIT_NOT_FOUND,
		    "'netinstctl instance list' lists all there are",
		    "instance list: no instance matches '%s'",
		    invocation->operands[0]);
	return code;
}

void
cmd_protocol_list(const struct invocation *invocation, const json_t *result)
{
	const json_t *protocol;
	size_t i;

	(void)invocation;
	json_array_foreach (json_object_get(result, "protocols"), i, protocol) {
		char *name = writer_words(protocol);

		writer_say("{0}", (const char *const[]){name}, NULL);
		free(name);
	}
}
