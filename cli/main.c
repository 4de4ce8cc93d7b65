/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: netinstctl. Walks from the program's name over noun and verb to a
 * row of the table of commands, takes options at each step, and runs the row's
 * handler. One thread; nothing outlives the process.
 */
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "client.h"
#include "command_name.h"
#include "commands.h"
#include "help.h"
#include "memory.h"
#include "output.h"
#include "text.h"

/* The words not taken yet; [0] is the last one taken. */
struct words {
	int count;
	char **list;
};

/* Takes the options of this step; false: an error was printed. */
static bool
main_options(struct words *words, struct options *options, uint64_t allowed,
    enum options_place place, const char *what)
{
	int next = options_parse(
	    options, allowed, place, what, words->count, words->list);

	if (next < 0)
		return false;
	words->count -= next - 1;
	words->list += next - 1;
	return true;
}

/* --help and --version are answered at whatever step they stand. */
static bool
main_informs(const struct invocation *invocation, const char *noun,
    const struct command *command)
{
	const struct options *options = &invocation->options;

	if (options->values[OPTION_USAGE] != NULL)
		help_synopsis(stderr, command);
	else if (options->values[OPTION_HELP] != NULL && command != NULL)
		help_command(stdout, command);
	else if (options->values[OPTION_HELP] != NULL && noun != NULL)
		help_noun(stdout, invocation->commands, noun);
	else if (options->values[OPTION_HELP] != NULL)
		help_top(stdout, invocation->commands);
	else if (options->values[OPTION_VERSION] != NULL)
		help_version(stdout);
	else
		return false;
	return true;
}

static int
main_check_values(struct invocation *invocation)
{
	const char *color = invocation->options.values[OPTION_COLOR];
	const char *timeout = invocation->options.values[OPTION_TIMEOUT];

	if (color != NULL && strcmp(color, "auto") != 0 &&
	    strcmp(color, "always") != 0 && strcmp(color, "never") != 0)
		return command_misuse(invocation,
		    "--color is auto, always or never, not '%s'", color);
	if (timeout != NULL) {
		char *end;
		double seconds = strtod(timeout, &end);

		if (end == timeout || *end != '\0' || !isfinite(seconds) ||
		    seconds < 0.001 || seconds > 1e9)
			return command_misuse(invocation,
			    "--timeout is a number of seconds, 0.001 or more, "
			    "not '%s'",
			    timeout);
		invocation->timeout = (int64_t)(seconds * 1e9);
	}
	return EXIT_OK;
}

/* JSON has no other texts; the path of the socket never gets there. */
static int
main_check_utf8(const struct invocation *invocation)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const char *value = invocation->options.values[i];

		if (i != OPTION_SOCKET && value != NULL && !text_is_utf8(value))
			return command_misuse(
			    invocation, "'%s' is not UTF-8", value);
	}
	for (size_t i = 0; i < invocation->count; i++) {
		if (!text_is_utf8(invocation->operands[i]))
			return command_misuse(invocation, "'%s' is not UTF-8",
			    invocation->operands[i]);
	}
	return EXIT_OK;
}

static int
main_check_count(const struct invocation *invocation)
{
	size_t least, most;

	command_operands(invocation->command, &least, &most);
	if (invocation->count < least)
		return command_misuse(invocation, "%s",
		    invocation->count == 0 ? "an operand is missing"
					   : "another operand is missing");
	if (invocation->count > most)
		return command_misuse(invocation,
		    "'%s' is one operand too many", invocation->operands[most]);
	return EXIT_OK;
}

/* The last step: the words behind the command. */
static int
main_run(struct words *words, struct invocation *invocation)
{
	const struct command *command = invocation->command;
	char *name = command_name(command);
	bool well = main_options(words, &invocation->options,
	    OPTIONS_GLOBAL | command->options, OPTIONS_ANYWHERE, name);
	int code;

	free(name);
	if (!well)
		return EXIT_USAGE;
	if (main_informs(invocation, NULL, command))
		return EXIT_OK;
	invocation->operands = words->list + 1;
	invocation->count = (size_t)(words->count - 1);
	code = main_check_count(invocation);
	if (code == EXIT_OK)
		code = main_check_utf8(invocation);
	if (code == EXIT_OK)
		code = main_check_values(invocation);
	if (code == EXIT_OK)
		code = command->run(invocation);
	client_close(invocation->client);
	return code;
}

/* A verb may be two words, as in "nic addr add": both are taken then. */
static const struct command *
main_find_verb(
    struct words *words, const struct command_table *table, const char *noun)
{
	const struct command *found = command_find(table, noun, words->list[0]);
	char *both;

	if (found != NULL || words->count < 2)
		return found;
	both = memory_format("%s %s", words->list[0], words->list[1]);
	found = command_find(table, noun, both);
	free(both);
	if (found != NULL) {
		words->count--;
		words->list++;
	}
	return found;
}

/*
 * From the program's name (noun NULL) or a noun to the next word; false: it
 * ends here, with *code. Without a next word it prints the help, as an error.
 */
static bool
main_next(struct words *words, struct invocation *invocation, const char *noun,
    int *code)
{
	*code = EXIT_USAGE;
	if (!main_options(words, &invocation->options, OPTIONS_GLOBAL,
		OPTIONS_BEFORE, noun != NULL ? noun : ""))
		return false;
	if (main_informs(invocation, noun, NULL)) {
		*code = EXIT_OK;
		return false;
	}
	if (words->count < 2 && noun == NULL)
		help_top(stderr, invocation->commands);
	else if (words->count < 2)
		help_noun(stderr, invocation->commands, noun);
	else
		*code = EXIT_OK;
	words->count--;
	words->list++;
	return *code == EXIT_OK;
}

/* From the program's name over noun and verb to the row. */
static int
main_find(struct words *words, struct invocation *invocation)
{
	const struct command_table *table = invocation->commands;
	const char *noun;
	int code;

	if (!main_next(words, invocation, NULL, &code))
		return code;
	noun = words->list[0];
	invocation->command = command_find(table, noun, NULL);
	if (invocation->command == NULL)
		return command_unknown_noun(table, noun);
	if (invocation->command->verb == NULL)
		return main_run(words, invocation);
	if (!main_next(words, invocation, noun, &code))
		return code;
	invocation->command = main_find_verb(words, table, noun);
	if (invocation->command == NULL)
		return command_unknown_verb(table, noun, words->list[0]);
	return main_run(words, invocation);
}

int
main(int count, char **list)
{
	struct words words = {.count = count, .list = list};
	struct invocation invocation = {.commands = &commands};

	if (count < 1)
		return EXIT_USAGE;
	memory_start();
	output_start();
	/* Only for the width of characters; numbers stay as in C. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		(void)setlocale(LC_CTYPE, "");
	return output_finish(main_find(&words, &invocation));
}
