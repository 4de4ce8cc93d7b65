/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c: the rows of options.h, handed to getopt_long(3) in the form it
 * wants, and printed in the form people want. getopt's own messages are off:
 * ours name the command and the nearest option.
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

static bool
options_has(uint64_t set, int symbol)
{
	return (set & UINT64_C(1) << symbol) != 0;
}

/* Its letter; 0 when it has none, or a later row in the set takes it. */
static char
options_letter(int symbol, uint64_t allowed)
{
	char letter = option_rows[symbol].letter;

	for (int i = symbol + 1; i < OPTION_COUNT; i++) {
		if (options_has(allowed, i) && option_rows[i].letter == letter)
			return 0;
	}
	return letter;
}

/* Both forms of the table that getopt_long wants. */
struct getopt_tables {
	char letters[2 + 2 * OPTION_COUNT + 1];
	struct option words[OPTION_COUNT + 1];
};

static void
options_tables(
    struct getopt_tables *tables, uint64_t allowed, enum options_place place)
{
	char *letter = tables->letters;
	struct option *word = tables->words;

	if (place == OPTIONS_BEFORE)
		*letter++ = '+';
	*letter++ = ':';
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];
		bool argument = row->argument != NULL;

		if (!options_has(allowed, i))
			continue;
		if (options_letter(i, allowed) != 0)
			*letter++ = row->letter;
		if (options_letter(i, allowed) != 0 && argument)
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
options_symbol(int value, uint64_t allowed)
{
	if (value >= OPTIONS_BASE)
		return value - OPTIONS_BASE;
	for (int i = 0; i < OPTION_COUNT; i++) {
		if (options_has(allowed, i) && value != 0 &&
		    options_letter(i, allowed) == value)
			return i;
	}
	return -1;
}

/* The word nearest to "--wrod=value" among those allowed, or NULL. */
static const char *
options_nearest(const char *given, uint64_t allowed)
{
	const char *words[OPTION_COUNT];
	char *word =
	    memory_format("%.*s", (int)strcspn(given + 2, "="), given + 2);
	size_t count = 0;
	const char *nearest;

	for (int i = 0; i < OPTION_COUNT; i++) {
		if (options_has(allowed, i))
			words[count++] = option_rows[i].word;
	}
	nearest = text_nearest(word, words, count);
	free(word);
	return nearest;
}

/*
 * What to do about an unknown option; the caller frees it. Before the command,
 * it may only stand in the wrong place.
 */
static char *
options_hint(const char *what, const char *given, uint64_t allowed,
    enum options_place place)
{
	const char *nearest = NULL;

	if (given != NULL)
		nearest = options_nearest(given, allowed);
	if (nearest != NULL)
		return memory_format("did you mean --%s?", nearest);
	if (place == OPTIONS_BEFORE && given != NULL &&
	    options_nearest(given, UINT64_MAX) != NULL)
		return memory_format(
		    "options of a command stand behind the command");
	return memory_format("'netinstctl%s%s --help' lists the options",
	    *what != '\0' ? " " : "", what);
}

/* given is the whole word, or NULL when it is a letter that is wrong. */
static void
options_unknown(const char *what, const char *given, int letter,
    uint64_t allowed, enum options_place place)
{
	char *hint = options_hint(what, given, allowed, place);
	const char *colon = *what != '\0' ? ": " : "";

	if (given != NULL)
		(void)report(EXIT_USAGE, hint, "%s%sthere is no option %s",
		    what, colon, given);
	else
		(void)report(EXIT_USAGE, hint, "%s%sthere is no option -%c",
		    what, colon, letter);
	free(hint);
}

/* Reports what getopt rejected. */
static void
options_complain(int value, const char *what, const char *given,
    uint64_t allowed, enum options_place place)
{
	int symbol = options_symbol(optopt, allowed);
	const char *colon = *what != '\0' ? ": " : "";
	const struct option_row *row;

	if (symbol < 0) {
		options_unknown(
		    what, optopt == 0 ? given : NULL, optopt, allowed, place);
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
options_parse(struct options *options, uint64_t allowed,
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
		if (value == '?' && optopt == '?' &&
		    options_has(allowed, OPTION_USAGE)) {
			options->values[OPTION_USAGE] = "";
			continue;
		}
		if (value == '?' || value == ':') {
			options_complain(
			    value, what, words[optind - 1], allowed, place);
			return -1;
		}
		symbol = options_symbol(value, allowed);
		options->values[symbol] = optarg != NULL ? optarg : "";
	}
}

/* "-s, --socket SOCKET"; the caller frees it. */
static char *
options_label(int symbol, uint64_t allowed)
{
	const struct option_row *row = &option_rows[symbol];
	char label[] = "    ", letter = options_letter(symbol, allowed);

	if (letter != 0)
		(void)snprintf(label, sizeof(label), "-%c, ", letter);
	return memory_format("%s--%s%s%s", label, row->word,
	    row->argument != NULL ? " " : "",
	    row->argument != NULL ? row->argument : "");
}

void
options_help(FILE *out, uint64_t which, uint64_t allowed)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char *label;

		if (!options_has(which, i))
			continue;
		label = options_label(i, allowed);
		(void)fprintf(out, "  %-24s %s\n", label, option_rows[i].help);
		free(label);
	}
}

/* " [-Cjl]": letters without an argument, as one word. */
static void
options_usage_letters(FILE *out, uint64_t which)
{
	const char *before = " [-";

	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		if (!options_has(which, i) || row->letter == 0 ||
		    row->argument != NULL)
			continue;
		(void)fprintf(out, "%s%c", before, row->letter);
		before = "";
	}
	if (*before == '\0')
		(void)putc(']', out);
}

void
options_usage(FILE *out, uint64_t which)
{
	options_usage_letters(out, which);
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		if (!options_has(which, i) ||
		    (row->letter != 0 && row->argument == NULL))
			continue;
		if (row->letter != 0)
			(void)fprintf(out, " [-%c", row->letter);
		else
			(void)fprintf(out, " [--%s", row->word);
		(void)fprintf(out, "%s%s]", row->argument != NULL ? " " : "",
		    row->argument != NULL ? row->argument : "");
	}
}
