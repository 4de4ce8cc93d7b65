/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_nic.c: netinstctl nic: the numbers that are checked before they are sent,
 * and the columns of its lists.
 */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "params.h"
#include "run.h"
#include "text.h"
#include "writer.h"

/* what names the word in the complaint; NULL is no mistake. */
static int
nic_check_number(
    const struct invocation *invocation, const char *what, const char *word)
{
	char *end;

	if (word == NULL)
		return EXIT_OK;
	(void)strtoll(word, &end, 10);
	if (end == word || *end != '\0' || strlen(word) > 10 ||
	    strspn(word, "-0123456789") != strlen(word))
		return command_misuse(
		    invocation, "%s is a number, not '%s'", what, word);
	return EXIT_OK;
}

int
cmd_nic_add(struct invocation *invocation)
{
	const char *const *values = invocation->options.values;
	int code = nic_check_number(invocation, "--mtu", values[OPTION_MTU]);

	if (code == EXIT_OK)
		code = nic_check_number(
		    invocation, "--index", values[OPTION_INDEX]);
	return code == EXIT_OK ? run_each(invocation) : code;
}

/* Sets one number of an interface: the third operand. */
int
cmd_nic_number(struct invocation *invocation)
{
	const struct command *command = invocation->command;
	const char *what = strrchr(command->arguments, ' ') + 1;
	const char *word = invocation->operands[2];
	int code = nic_check_number(invocation, what, word);
	json_t *params;

	if (code != EXIT_OK)
		return code;
	params = params_of(invocation, NULL);
	(void)json_object_set_new(params, command->members[2],
	    memory_check(json_integer(strtoll(word, NULL, 10))));
	return run_request(invocation, params);
}

/* "10.0.0.1/24 10.0.0.2/32>10.0.0.3 2001:db8::1/64(down)" */
static void
nic_put_addresses(struct writer *writer, const json_t *nic, const char *member)
{
	const json_t *address;
	char *list = NULL;
	size_t i;

	json_array_foreach (json_object_get(nic, member), i, address) {
		char *word = writer_fill(
		    "{address}{peer?>*|}{up?|(down)}", NULL, address);

		list = text_append(list, " ", word);
		free(word);
	}
	writer_text(writer, list);
	free(list);
}

static void
nic_put_route(struct writer *writer, const json_t *route, const char *member)
{
	if (json_is_true(json_object_get(route, "reject")))
		writer_text(writer, "(reject)");
	else
		writer_member(writer, route, member);
}

const struct writer_column cmd_nic_columns[] = {
    {">INDEX", "index", writer_member},
    {"NAME", "name", writer_member},
    {"STATE", "{up?up|down}", writer_filled},
    {">MTU", "mtu", writer_member},
    {"ADDRESSES", "addresses", nic_put_addresses},
    {.heading = NULL},
};

const struct writer_column cmd_route_columns[] = {
    {"DESTINATION", "destination", writer_member},
    {"VIA", "via", writer_member},
    {"NIC", "nic", nic_put_route},
    {.heading = NULL},
};
