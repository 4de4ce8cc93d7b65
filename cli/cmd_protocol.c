/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_protocol.c: netinstctl protocol add, remove, list. The first operand is
 * the instance, the others are protocols of it.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "run.h"
#include "text.h"
#include "writer.h"

static json_t *
protocol_params(const struct invocation *invocation, const char *operand)
{
	json_t *params = memory_check(json_pack("{s:s, s:s}", "instance",
	    invocation->operands[0], "protocol", operand));

	if (invocation->options.values[OPTION_NO_WAIT] != NULL)
		(void)json_object_set_new(params, "wait", json_false());
	return params;
}

/* "added ipx to blue (id 1)" */
static void
protocol_say(const char *verb, const char *operand, const char *where,
    const json_t *instance)
{
	char *name = writer_words(json_object_get(instance, "name"));
	char *id = writer_words(json_object_get(instance, "id"));
	char *safe_name = text_escape(name), *safe = text_escape(operand);

	(void)printf("%s %s %s %s (id %s)\n", verb, safe, where, safe_name, id);
	free(safe);
	free(safe_name);
	free(id);
	free(name);
}

static void
protocol_added(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	protocol_say(invocation->options.values[OPTION_NO_WAIT] == NULL
			 ? "added"
			 : "adding",
	    operand, "to", result);
}

int
cmd_protocol_add(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = protocol_params,
	    .show = protocol_added,
	};

	return run_each(invocation, &each);
}

static void
protocol_removed(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	protocol_say(invocation->options.values[OPTION_NO_WAIT] == NULL
			 ? "removed"
			 : "removing",
	    operand, "from", result);
}

int
cmd_protocol_remove(struct invocation *invocation)
{
	static const struct run_each each = {
	    .first = 1,
	    .params = protocol_params,
	    .show = protocol_removed,
	};

	return run_each(invocation, &each);
}

static void
protocol_list(const struct invocation *invocation, const char *operand,
    const json_t *result)
{
	const json_t *protocol;
	size_t i;

	(void)invocation;
	(void)operand;
	json_array_foreach (json_object_get(result, "protocols"), i, protocol) {
		char *name = writer_words(protocol);
		char *safe = text_escape(name);

		(void)puts(safe);
		free(safe);
		free(name);
	}
}

int
cmd_protocol_list(struct invocation *invocation)
{
	json_t *params = memory_check(
	    json_pack("{s:s}", "instance", invocation->operands[0]));

	return run_once(invocation, params, protocol_list);
}
