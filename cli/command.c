/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.c: counts operands, and says what is wrong with a word that names no
 * command, or with what was typed behind one. Holds nothing.
 */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "command_name.h"
#include "help.h"
#include "memory.h"
#include "report.h"
#include "text.h"

void
command_operands(const struct command *command, size_t *least, size_t *most)
{
	const char *at = command->arguments;
	const char *optional = strchrnul(at, '[');

	for (*least = *most = 0; *at != '\0'; ++*most) {
		*least += at < optional;
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	if (command->most != 0)
		*most = command->most;
	else if (strstr(command->arguments, "...") != NULL)
		*most = COMMAND_ANY;
}

/* The commands that have word as their verb: "instance list, plugin list". */
static char *
command_with_verb(const struct command_table *table, const char *word)
{
	char *all = NULL;

	for (size_t i = 0; i < table->count; i++) {
		char *name;

		if (table->rows[i].verb == NULL ||
		    strcmp(table->rows[i].verb, word) != 0)
			continue;
		name = command_name(&table->rows[i]);
		all = text_append(all, ", ", name);
		free(name);
	}
	return all;
}

int
command_unknown_noun(const struct command_table *table, const char *word)
{
	const char **nouns = memory_zalloc(table->count * sizeof(*nouns));
	const char *nearest;
	char *found = command_with_verb(table, word), *hint;
	int code;

	for (size_t i = 0; i < table->count; i++)
		nouns[i] = table->rows[i].noun;
	nearest = text_nearest(word, nouns, table->count);
	if (found == NULL && nearest != NULL)
		found = memory_format("%s", nearest);
	hint = found != NULL
		   ? memory_format("did you mean: %s?", found)
		   : memory_format("'netinstctl --help' lists the commands");
	code = report(EXIT_USAGE, hint, "there is no command '%s'", word);
	free(hint);
	free(found);
	free(nouns);
	return code;
}

/* The second words of a noun's verbs that start with word: "add, del"; NULL. */
static char *
command_second_words(
    const struct command_table *table, const char *noun, const char *word)
{
	size_t length = strlen(word);
	char *all = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const char *verb = table->rows[i].verb;

		if (strcmp(table->rows[i].noun, noun) == 0 &&
		    strncmp(verb, word, length) == 0 && verb[length] == ' ')
			all = text_append(all, ", ", verb + length + 1);
	}
	return all;
}

/* A word that only begins a verb: names the words that complete it. */
static int
command_half_verb(const char *noun, const char *word, const char *second)
{
	char *hint = memory_format(
	    "behind '%s %s' comes one of: %s", noun, word, second);
	int code = report(EXIT_USAGE, hint,
	    "%s: '%s' is only the first word of a verb", noun, word);

	free(hint);
	return code;
}

int
command_unknown_verb(
    const struct command_table *table, const char *noun, const char *word)
{
	char *second = command_second_words(table, noun, word);
	const char **verbs;
	const char *nearest;
	size_t count = 0;
	char *hint;
	int code;

	if (second != NULL) {
		code = command_half_verb(noun, word, second);
		free(second);
		return code;
	}
	verbs = memory_zalloc(table->count * sizeof(*verbs));
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->rows[i].noun, noun) == 0)
			verbs[count++] = table->rows[i].verb;
	}
	nearest = text_nearest(word, verbs, count);
	hint =
	    nearest != NULL
		? memory_format("did you mean: %s %s?", noun, nearest)
		: memory_format("'netinstctl %s --help' lists its verbs", noun);
	code =
	    report(EXIT_USAGE, hint, "%s: there is no verb '%s'", noun, word);
	free(hint);
	free(verbs);
	return code;
}

/* "usage: netinstctl instance create NAME..."; the caller frees it. */
static char *
command_usage(const struct command *command)
{
	char *text = NULL;
	size_t size;
	FILE *out = memory_check(open_memstream(&text, &size));

	(void)fputs("usage: ", out);
	help_usage(out, command);
	(void)fclose(out);
	return memory_check(text);
}

int
command_misuse(const struct invocation *invocation, const char *format, ...)
{
	char *name = command_name(invocation->command), *text;
	char *hint = command_usage(invocation->command);
	va_list arguments;
	int code;

	va_start(arguments, format);
	text = memory_vformat(format, arguments);
	va_end(arguments);
	code = report(EXIT_USAGE, hint, "%s: %s", name, text);
	free(text);
	free(hint);
	free(name);
	return code;
}
