/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_help.c: netinstctl help [COMMAND]: the only command that needs no daemon.
 */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

#include "command_name.h"
#include "help.h"
#include "memory.h"

/* The row of noun and verb, which may be two words. */
static const struct command *
help_find(const struct invocation *invocation)
{
	char **words = invocation->operands;
	const struct command *command;
	char *both;

	if (invocation->count < 3)
		return command_find(invocation->commands, words[0], words[1]);
	both = memory_format("%s %s", words[1], words[2]);
	command = command_find(invocation->commands, words[0], both);
	free(both);
	return command;
}

int
cmd_help(struct invocation *invocation)
{
	char **words = invocation->operands;
	const struct command *command;

	if (invocation->count == 0) {
		help_top(stdout, invocation->commands);
		return EXIT_OK;
	}
	command = command_find(invocation->commands, words[0], NULL);
	if (command == NULL)
		return command_unknown_noun(invocation->commands, words[0]);
	if (command->verb == NULL && invocation->count > 1)
		return command_misuse(
		    invocation, "'%s' is one operand too many", words[1]);
	if (command->verb != NULL && invocation->count == 1) {
		help_noun(stdout, invocation->commands, words[0]);
		return EXIT_OK;
	}
	command = help_find(invocation);
	if (command == NULL)
		return command_unknown_verb(
		    invocation->commands, words[0], words[1]);
	help_command(stdout, command);
	return EXIT_OK;
}
