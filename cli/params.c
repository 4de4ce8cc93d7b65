/* SPDX-License-Identifier: Apache-2.0 */
/* params.c: operands and options as JSON. Holds nothing. */
#include "params.h"

#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"

void
params_put(json_t *params, const char *member, const char *text)
{
	if (text != NULL)
		(void)json_object_set_new(
		    params, member, memory_check(json_string(text)));
}

static json_t *
params_text(const char *text)
{
	return memory_check(json_string(text));
}

static json_t *
params_number(const char *text)
{
	return memory_check(json_integer(strtoll(text, NULL, 10)));
}

static json_t *
params_true(const char *text)
{
	(void)text;
	return json_true();
}

static json_t *
params_false(const char *text)
{
	(void)text;
	return json_false();
}

/* "inet,arp" as an array; nothing between two commas is a name, too. */
static json_t *
params_list(const char *text)
{
	json_t *all = memory_check(json_array());

	while (*text != '\0') {
		size_t length = strcspn(text, ",");

		(void)json_array_append_new(
		    all, memory_check(json_stringn(text, length)));
		text += length;
		if (*text == ',' && *++text == '\0')
			(void)json_array_append_new(all, params_text(""));
	}
	return all;
}

/* The options that are parameters, whatever the command. */
static const struct {
	enum option_symbol option;
	const char *member;
	json_t *(*value)(const char *text);
} params_options[] = {
    {OPTION_PROTOCOLS, "protocols", params_list},
    {OPTION_NO_WAIT, "wait", params_false},
    {OPTION_STATE, "state", params_text},
    {OPTION_SOURCE, "source", params_text},
    {OPTION_MTU, "mtu", params_number},
    {OPTION_INDEX, "index", params_number},
    {OPTION_UP, "up", params_true},
    {OPTION_LOOPBACK, "loopback", params_true},
    {OPTION_PEER, "peer", params_text},
    {OPTION_BROADCAST, "broadcast", params_text},
    {OPTION_VIA, "via", params_text},
    {OPTION_NIC, "nic", params_text},
    {OPTION_REJECT, "reject", params_true},
};

size_t
params_operands(const struct invocation *invocation, const char *operand,
    const char **operands)
{
	const char *const *members = invocation->command->members;
	size_t count = 0;

	for (; count < COMMAND_MEMBERS && members[count] != NULL &&
	       count < invocation->count;
	     count++)
		operands[count] = invocation->operands[count];
	if (operand != NULL)
		operands[count - 1] = operand;
	return count;
}

json_t *
params_of(const struct invocation *invocation, const char *operand)
{
	const struct command *command = invocation->command;
	const char *const *values = invocation->options.values;
	const char *operands[COMMAND_MEMBERS];
	size_t count = params_operands(invocation, operand, operands);
	json_t *params = memory_check(json_object());

	for (size_t i = 0; i < count; i++)
		params_put(params, command->members[i], operands[i]);
	if (command->yes != NULL)
		(void)json_object_set_new(params, command->yes, json_true());
	if (command->no != NULL)
		(void)json_object_set_new(params, command->no, json_false());
	for (size_t i = 0; i < ARRAY_LENGTH(params_options); i++) {
		const char *value = values[params_options[i].option];

		if (value != NULL)
			(void)json_object_set_new(params,
			    params_options[i].member,
			    params_options[i].value(value));
	}
	return params;
}

static int
params_put_pair(const struct invocation *invocation, const char *word,
    enum params_form form, json_t *object)
{
	const char *equals = strchr(word, '=');
	json_t *value = NULL;
	int code = EXIT_OK;
	char *key;

	if (equals == NULL || equals == word)
		return command_misuse(
		    invocation, "'%s' is not of the form KEY=VALUE", word);
	if (form == PARAMS_JSON)
		value = json_loads(
		    equals + 1, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	if (value == NULL)
		value = params_text(equals + 1);
	key = memory_format("%.*s", (int)(equals - word), word);
	if (json_object_get(object, key) != NULL)
		code = command_misuse(
		    invocation, "'%s' is given more than once", key);
	else
		(void)json_object_set(object, key, value);
	json_decref(value);
	free(key);
	return code;
}

int
params_pairs(const struct invocation *invocation, size_t first,
    enum params_form form, json_t **object)
{
	json_t *all = memory_check(json_object());

	for (size_t i = first; i < invocation->count; i++) {
		int code = params_put_pair(
		    invocation, invocation->operands[i], form, all);

		if (code != EXIT_OK) {
			json_decref(all);
			return code;
		}
	}
	*object = all;
	return EXIT_OK;
}
