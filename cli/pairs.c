/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.c: turns words KEY=VALUE into a JSON object. The words are valid UTF-8:
 * main.c has seen to that.
 */
#include "pairs.h"

#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"

static json_t *
pairs_value(const char *text, enum pairs_form form)
{
	json_error_t ignored;
	json_t *value = NULL;

	if (form == PAIRS_JSON)
		value = json_loads(
		    text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &ignored);
	if (value == NULL)
		value = memory_check(json_string(text));
	return value;
}

static int
pairs_put(const struct invocation *invocation, const char *word,
    enum pairs_form form, json_t *object)
{
	const char *equals = strchr(word, '=');
	int code = EXIT_OK;
	char *key;

	if (equals == NULL || equals == word)
		return command_misuse(
		    invocation, "'%s' is not of the form KEY=VALUE", word);
	key = memory_format("%.*s", (int)(equals - word), word);
	if (json_object_get(object, key) != NULL)
		code = command_misuse(
		    invocation, "'%s' is given more than once", key);
	else
		(void)json_object_set_new(
		    object, key, pairs_value(equals + 1, form));
	free(key);
	return code;
}

int
pairs_parse(const struct invocation *invocation, size_t first,
    enum pairs_form form, json_t **object)
{
	json_t *all = memory_check(json_object());

	for (size_t i = first; i < invocation->count; i++) {
		int code =
		    pairs_put(invocation, invocation->operands[i], form, all);

		if (code != EXIT_OK) {
			json_decref(all);
			return code;
		}
	}
	*object = all;
	return EXIT_OK;
}
