/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_repeat.c: takes the text apart into words and signs. The word before a
 * '=' is a name; the words "plugin" and a title begin a plugin's section. Owns
 * nothing.
 */
#include "config_repeat.h"

#include <stdbool.h>
#include <string.h>

#include "plugin/plugins.h"

#define SECTION "plugin"
/* What ends a word that is not quoted. */
#define SIGNS " \t\r\n\"'{}=(),+;"

struct word {
	const char *text;
	size_t length;
};

struct repeat {
	const char *at;
	int line;
	struct word last, before; /* the words read last; at first none */
	struct word names[PLUGIN_SETTINGS_MAX]; /* of the section */
	size_t count;
	bool inside; /* a plugin's section */
};

static bool
word_is(const struct word *word, const char *text, size_t length)
{
	return word->length == length && memcmp(word->text, text, length) == 0;
}

/* The end of what the quote opens. */
static const char *
repeat_skip_string(struct repeat *repeat, const char *at)
{
	const char quote = *at++;

	for (; *at != '\0' && *at != quote; at++) {
		repeat->line += *at == '\n';
		if (*at == '\\' && at[1] != '\0')
			repeat->line += *++at == '\n';
	}
	return at;
}

/* Takes a word, quoted or not; false: a sign stands there. */
static bool
repeat_take_word(struct repeat *repeat)
{
	const char *from = repeat->at, *end;
	bool quoted = *from == '"' || *from == '\'';

	end = quoted ? repeat_skip_string(repeat, from)
		     : from + strcspn(from, SIGNS);
	if (end == from)
		return false;
	from += quoted;
	repeat->before = repeat->last;
	repeat->last = (struct word){from, (size_t)(end - from)};
	repeat->at = end + (quoted && *end != '\0');
	return true;
}

static void
repeat_take_name(struct repeat *repeat, config_repeat_fn visit, void *arg)
{
	const struct word *name = &repeat->last;

	for (size_t i = 0; i < repeat->count; i++)
		if (word_is(&repeat->names[i], name->text, name->length)) {
			visit(arg, repeat->line, name->text, name->length);
			return;
		}
	/* config_file.c complains of too many. */
	if (repeat->count < PLUGIN_SETTINGS_MAX)
		repeat->names[repeat->count++] = *name;
}

void
config_repeat_visit(const char *text, config_repeat_fn visit, void *arg)
{
	struct repeat repeat = {
	    .at = text, .line = 1, .last = {"", 0}, .before = {"", 0}};

	while (*repeat.at != '\0') {
		if (repeat_take_word(&repeat))
			continue;
		switch (*repeat.at++) {
		case '\n':
			repeat.line++;
			break;
		case '{':
			repeat.count = 0;
			repeat.inside = word_is(
			    &repeat.before, SECTION, sizeof(SECTION) - 1);
			break;
		case '}':
			repeat.inside = false;
			break;
		case '=':
			if (repeat.inside)
				repeat_take_name(&repeat, visit, arg);
			break;
		}
	}
}
