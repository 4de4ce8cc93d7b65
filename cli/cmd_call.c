/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_call.c: netinstctl call METHOD [PARAMS]: any method, also one that a
 * newer daemon has and this program has no command for.
 */
#include "commands.h"

#include <stdio.h>
#include <string.h>

#include <netinst/rpc.h>

#include "client.h"
#include "params.h"
#include "report.h"
#include "run.h"

/* A bracket begins JSON text; anything else is KEY=VALUE. */
static int
call_params(const struct invocation *invocation, json_t **params)
{
	json_error_t error;

	*params = NULL;
	if (invocation->count == 1)
		return EXIT_OK;
	if (invocation->count > 2 ||
	    strchr("{[", invocation->operands[1][0]) == NULL)
		return params_pairs(invocation, 1, PARAMS_JSON, params);
	*params =
	    json_loads(invocation->operands[1], JSON_REJECT_DUPLICATES, &error);
	if (*params == NULL)
		return command_misuse(invocation,
		    "PARAMS is no JSON, from character %d on: %s",
		    error.position, error.text);
	return EXIT_OK;
}

int
cmd_call(struct invocation *invocation)
{
	const char *method = invocation->operands[0];
	struct reply reply = {.root = NULL};
	struct client *client;
	json_t *params;
	int code = call_params(invocation, &params);

	if (code != EXIT_OK)
		return code;
	code = run_client(invocation, &client);
	if (code != EXIT_OK) {
		json_decref(params);
		return code;
	}
	code = client_ask(client, method, params, &reply);
	if (code != EXIT_OK)
		return code;
	if (reply.error != NULL) {
		code = report_error("call", method, reply.error);
	} else if (run_json(invocation)) {
		(void)fwrite(reply.text.text, 1, reply.text.length, stdout);
		(void)putchar('\n');
	} else {
		jsontext_indent(stdout, reply.text);
	}
	reply_free(&reply);
	return code;
}
