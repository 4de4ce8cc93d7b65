/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.c: prints the tables of commands and options: what --help says is what
 * is dispatched and checked.
 */
#include "help.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "command_name.h"
#include "memory.h"

void
help_usage(FILE *out, const struct command *command)
{
	char *name = command_name(command);

	(void)fprintf(out, "netinstctl %s", name);
	options_usage(out, command->options);
	if (*command->arguments != '\0')
		(void)fprintf(out, " %s", command->arguments);
	free(name);
}

/* "  instance list [PATTERN]      show the instances there are" */
static void
help_row(FILE *out, const struct command *command)
{
	char *name = command_name(command);
	char *label = memory_format("%s%s%s", name,
	    *command->arguments != '\0' ? " " : "", command->arguments);

	(void)fprintf(out, "  %-37s %s\n", label, command->summary);
	free(label);
	free(name);
}

void
help_top(FILE *out, const struct command_table *table)
{
	(void)fputs("usage: netinstctl [OPTION...] COMMAND [ARGUMENT...]\n\n"
		    "Shows and drives netinstd, the daemon that runs the "
		    "callbacks of plugins for\nevery instance of IP.\n\n"
		    "commands:\n",
	    out);
	for (size_t i = 0; i < table->count; i++)
		help_row(out, &table->rows[i]);
	(void)fputs("\noptions of every command:\n", out);
	options_help(out, OPTIONS_GLOBAL, OPTIONS_GLOBAL);
	(void)fprintf(out,
	    "\nThe socket is -s, else $%s, else %s for root\n"
	    "and $XDG_RUNTIME_DIR/%s for others.\n\n"
	    "exit codes: %d ok, %d failed, %d wrong usage, "
	    "%d no daemon, %d not found, %d denied,\n"
	    "  %d timed out, %d some of several operands failed\n\n"
	    "'netinstctl COMMAND --help' says more about a command.\n",
	    RPC_SOCKET_ENVIRON, RPC_SOCKET_ROOT, RPC_SOCKET_USER, EXIT_OK,
	    EXIT_FAILED, EXIT_USAGE, EXIT_UNREACHABLE, EXIT_NOT_FOUND,
	    EXIT_DENIED, EXIT_TIMED_OUT, EXIT_PARTIAL);
}

void
help_noun(FILE *out, const struct command_table *table, const char *noun)
{
	(void)fprintf(out,
	    "usage: netinstctl [OPTION...] %s VERB [ARGUMENT...]\n\n"
	    "commands:\n",
	    noun);
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->rows[i].noun, noun) == 0)
			help_row(out, &table->rows[i]);
	}
	(void)fprintf(out,
	    "\n'netinstctl %s VERB --help' says more about a command.\n", noun);
}

#define HELP_COLUMNS 78

/* Fills lines with the words of a paragraph. */
static void
help_paragraph(FILE *out, const char *text, size_t left)
{
	size_t column = 0;

	while (left > 0) {
		size_t length = strcspn(text, " \n");
		bool fits = column + 1 + length <= HELP_COLUMNS;

		if (column > 0)
			(void)putc(fits ? ' ' : '\n', out);
		column = column > 0 && fits ? column + 1 + length : length;
		(void)fwrite(text, 1, length, out);
		length += length < left;
		text += length;
		left -= length;
	}
	(void)putc('\n', out);
}

/* Paragraphs end with a line feed; what is indented stays as it is. */
static void
help_text(FILE *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		if (*text == ' ')
			(void)fprintf(out, "%.*s\n", (int)length, text);
		else
			help_paragraph(out, text, length);
		text += length + (text[length] == '\n');
	}
}

/* Bytes to the next space that is outside of all brackets. */
static size_t
help_word(const char *text)
{
	size_t length = 0;
	int depth = 0;

	for (; text[length] != '\0'; length++) {
		depth += text[length] == '[';
		depth -= text[length] == ']';
		if (depth == 0 && text[length] == ' ')
			break;
	}
	return length;
}

#define HELP_INDENT 7

void
help_synopsis(FILE *out, const struct command *command)
{
	char *text = NULL;
	size_t size, column = 0, length;
	FILE *whole = memory_check(open_memstream(&text, &size));

	help_usage(whole, command);
	(void)fclose(whole);
	(void)memory_check(text);
	column = (size_t)fprintf(out, "usage:");
	for (const char *at = text; *at != '\0'; at += length) {
		at += *at == ' ';
		length = help_word(at);
		if (column + 1 + length > HELP_COLUMNS)
			column = (size_t)fprintf(out, "\n%*s", HELP_INDENT, "");
		column += (size_t)fprintf(out, " %.*s", (int)length, at);
	}
	(void)putc('\n', out);
	free(text);
}

void
help_command(FILE *out, const struct command *command)
{
	uint64_t allowed = OPTIONS_GLOBAL | command->options;

	help_synopsis(out, command);
	(void)putc('\n', out);
	help_text(out, command->help);
	if (command->options != 0) {
		(void)fputs("\noptions:\n", out);
		options_help(out, command->options, allowed);
	}
	if (command->method != NULL)
		(void)fprintf(
		    out, "\nmethod of the daemon: %s\n", command->method);
	(void)fputs("\noptions of every command:\n", out);
	options_help(out, OPTIONS_GLOBAL, allowed);
}

void
help_version(FILE *out)
{
	(void)fprintf(out,
	    "netinstctl %s\nplugin interface %d.%d\ncontrol protocol "
	    "%d\n",
	    NETINST_VERSION, NETINST_ABI_MAJOR, NETINST_ABI_MINOR,
	    NETINST_PROTOCOL);
}
