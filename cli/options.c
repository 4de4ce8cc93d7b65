/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c: the rows of options.h, handed to getopt_long(3) in the form it
 * wants, and printed in the form people want. getopt's own messages are off:
 * ours say which command was meant and what the option may have been.
 */
#include "options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "memory.h"
#include "report.h"
#include "text.h"

static const struct option_row {
	char letter;
	const char *word, *argument, *help;
} option_rows[OPTION_COUNT] = {
#define OPTION_ROW(symbol, letter, word, argument, help)                       \
	[OPTION_##symbol] = {letter, word, argument, help},
    OPTION_ROWS(OPTION_ROW)
#undef OPTION_ROW
};

/* What getopt returns for a row: its letter is not unique, its place is. */
#define OPTIONS_BASE 256

/* Both forms of the table that getopt_long wants. */
struct getopt_tables {
	char letters[2 + 2 * OPTION_COUNT + 1];
	struct option words[OPTION_COUNT + 1];
};

static void
options_tables(
    struct getopt_tables *tables, unsigned allowed, enum options_place place)
{
	char *letter = tables->letters;
	struct option *word = tables->words;

	if (place == OPTIONS_BEFORE)
		*letter++ = '+';
	*letter++ = ':';
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		bool argument = row->argument != NULL;

		if ((allowed & 1U << i) == 0)
			continue;
		if (row->letter != 0)
			*letter++ = row->letter;
		if (row->letter != 0 && argument)
			*letter++ = ':';
		*word++ = (struct option){
		    .name = row->word,
		    .has_arg = argument ? required_argument : no_argument,
		    .val = OPTIONS_BASE + i,
		};
	}
	*letter = '\0';
	*word = (struct option){.name = NULL};
}

/* The row that getopt's return value, or its optopt, stands for; or -1. */
static int
options_symbol(int value, unsigned allowed)
{
	if (value >= OPTIONS_BASE)
		return value - OPTIONS_BASE;
	for (int i = 0; i < OPTION_COUNT; i++) {
		if ((allowed & 1U << i) != 0 && value != 0 &&
		    option_rows[i].letter == value)
			return i;
	}
	return -1;
}

/* The word nearest to "--wrod=value" among those allowed, or NULL. */
static const char *
options_nearest(const char *given, unsigned allowed)
{
	const char *words[OPTION_COUNT];
	char *word =
	    memory_format("%.*s", (int)strcspn(given + 2, "="), given + 2);
	size_t count = 0;
	const char *nearest;

	for (int i = 0; i < OPTION_COUNT; i++) {
		if ((allowed & 1U << i) != 0)
			words[count++] = option_rows[i].word;
	}
	nearest = text_nearest(word, words, count);
	free(word);
	return nearest;
}

/* What to do about an unknown option; the caller frees it. */
static char *
options_hint(const char *what, const char *given, unsigned allowed)
{
	const char *nearest = NULL;

	if (given != NULL)
		nearest = options_nearest(given, allowed);
	if (nearest != NULL)
		return memory_format("did you mean --%s?", nearest);
	if (given != NULL && options_nearest(given, ~0U) != NULL)
		return memory_format(
		    "options of a command stand behind the command");
	return memory_format("'netinstctl%s%s --help' lists the options",
	    *what != '\0' ? " " : "", what);
}

/* given is the whole word, or NULL when it is a letter that is wrong. */
static void
options_unknown(
    const char *what, const char *given, int letter, unsigned allowed)
{
	char *hint = options_hint(what, given, allowed);
	const char *colon = *what != '\0' ? ": " : "";

	if (given != NULL)
		(void)report(EXIT_USAGE, hint, "%s%sthere is no option %s",
		    what, colon, given);
	else
		(void)report(EXIT_USAGE, hint, "%s%sthere is no option -%c",
		    what, colon, letter);
	free(hint);
}

/* Says what getopt did not like. */
static void
options_complain(
    int value, const char *what, const char *given, unsigned allowed)
{
	int symbol = options_symbol(optopt, allowed);
	const char *colon = *what != '\0' ? ": " : "";
	const struct option_row *row;

	if (symbol < 0) {
		options_unknown(
		    what, optopt == 0 ? given : NULL, optopt, allowed);
		return;
	}
	row = &option_rows[symbol];
	if (value == ':')
		(void)report(EXIT_USAGE, NULL, "%s%soption --%s needs %s", what,
		    colon, row->word, row->argument);
	else
		(void)report(EXIT_USAGE, NULL,
		    "%s%soption --%s takes no argument", what, colon,
		    row->word);
}

int
options_parse(struct options *options, unsigned allowed,
    enum options_place place, const char *what, int count, char **words)
{
	struct getopt_tables tables;

	options_tables(&tables, allowed, place);
	opterr = 0;
	optind = 0; /* makes getopt forget the level before */
	for (;;) {
		int symbol, value = getopt_long(count, words, tables.letters,
				tables.words, NULL);

		if (value == -1)
			return optind;
		if (value == '?' || value == ':') {
			options_complain(
			    value, what, words[optind - 1], allowed);
			return -1;
		}
		symbol = options_symbol(value, allowed);
		options->values[symbol] = optarg != NULL ? optarg : "";
	}
}

/* "-s, --socket SOCKET"; the caller frees it. */
static char *
options_label(const struct option_row *row)
{
	char letter[] = "    ";

	if (row->letter != 0)
		(void)snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	return memory_format("%s--%s%s%s", letter, row->word,
	    row->argument != NULL ? " " : "",
	    row->argument != NULL ? row->argument : "");
}

void
options_help(FILE *out, unsigned which)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char *label;

		if ((which & 1U << i) == 0)
			continue;
		label = options_label(&option_rows[i]);
		(void)fprintf(out, "  %-24s %s\n", label, option_rows[i].help);
		free(label);
	}
}

void
options_usage(FILE *out, unsigned which)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		if ((which & 1U << i) == 0)
			continue;
		if (row->letter != 0)
			(void)fprintf(out, " [-%c", row->letter);
		else
			(void)fprintf(out, " [--%s", row->word);
		(void)fprintf(out, "%s%s]", row->argument != NULL ? " " : "",
		    row->argument != NULL ? row->argument : "");
	}
}
