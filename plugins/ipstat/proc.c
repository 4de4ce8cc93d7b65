/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc.c: words, lines and numbers of /proc/net, read once from the front to
 * the end, nothing copied. A piece of text is two pointers; next_line() and
 * next_word() take pieces off its front.
 */
#include "proc.h"

#include <limits.h>
#include <string.h>

struct piece {
	const char *from, *to;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes a line that is ended off the front. */
static bool
next_line(struct piece *text, struct piece *line)
{
	const char *end =
	    memchr(text->from, '\n', (size_t)(text->to - text->from));

	if (end == NULL)
		return false;
	line->from = text->from;
	line->to = end;
	text->from = end + 1;
	return true;
}

static bool
next_word(struct piece *line, struct piece *word)
{
	while (line->from < line->to && is_space(*line->from))
		line->from++;
	word->from = line->from;
	while (line->from < line->to && !is_space(*line->from))
		line->from++;
	word->to = line->from;
	return word->from < word->to;
}

static bool
starts_with(struct piece text, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(text.to - text.from) >= length &&
	       memcmp(text.from, prefix, length) == 0;
}

static unsigned
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return UINT_MAX;
}

/* Saturates; false for what is no number. */
static bool
read_digits(struct piece word, unsigned base, uint64_t *value)
{
	unsigned digit;

	*value = 0;
	if (word.from == word.to)
		return false;
	for (; word.from < word.to; word.from++) {
		digit = digit_of(*word.from);
		if (digit >= base)
			return false;
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			*value = UINT64_MAX;
	}
	return true;
}

/* A decimal number, which may have a sign. */
static bool
read_number(struct piece word, uchar_t *type, uint64_t *value)
{
	*type = KSTAT_DATA_UINT64;
	if (!starts_with(word, "-"))
		return read_digits(word, 10, value);
	word.from++;
	if (!read_digits(word, 10, value))
		return false;
	*type = KSTAT_DATA_INT64;
	*value = *value > INT64_MAX ? (uint64_t)INT64_MIN : 0 - *value;
	return true;
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char
to_lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/* Adds what the kernel calls InReceives as inReceives. */
static void
add_spelled(struct figures *out, struct piece name, struct piece word)
{
	size_t length = (size_t)(name.to - name.from);
	char spelled[KSTAT_STRLEN];
	uint64_t value;
	uchar_t type;

	if (!read_number(word, &type, &value))
		return;
	if (length > sizeof(spelled))
		length = sizeof(spelled);
	memcpy(spelled, name.from, length);
	if (length < 2 || !is_upper(spelled[1]))
		spelled[0] = to_lower(spelled[0]);
	figures_add(out, spelled, length, type, value);
}

/* Takes "label:" off the front. */
static bool
is_row(struct piece *line, const char *label)
{
	size_t length = strlen(label);

	if (!starts_with(*line, label) || line->from + length == line->to ||
	    line->from[length] != ':')
		return false;
	line->from += length + 1;
	return true;
}

bool
proc_parse_rows(
    const char *text, size_t length, const char *label, struct figures *out)
{
	struct piece rest = {text, text + length};
	struct piece names, numbers, name, word;

	do {
		if (!next_line(&rest, &names))
			return false;
	} while (!is_row(&names, label));
	if (!next_line(&rest, &numbers) || !is_row(&numbers, label))
		return false;
	while (next_word(&names, &name) && next_word(&numbers, &word))
		add_spelled(out, name, word);
	return true;
}

bool
proc_parse_lines(
    const char *text, size_t length, const char *label, struct figures *out)
{
	struct piece rest = {text, text + length};
	struct piece line, name, word;
	bool found = false;

	while (next_line(&rest, &line)) {
		if (!starts_with(line, label) || !next_word(&line, &name) ||
		    !next_word(&line, &word))
			continue;
		found = true;
		name.from += strlen(label);
		if (!starts_with(name, "InType") &&
		    !starts_with(name, "OutType"))
			add_spelled(out, name, word);
	}
	return found;
}

/* Adds "TCP:" and "inuse" as tcp_inuse. */
static void
add_joined(struct figures *out, struct piece label, struct piece name,
    struct piece word)
{
	char joined[KSTAT_STRLEN];
	size_t length = 0;
	uint64_t value;
	uchar_t type;

	if (!read_number(word, &type, &value))
		return;
	for (; label.from < label.to && length < sizeof(joined); label.from++)
		joined[length++] =
		    *label.from == ':' ? '_' : to_lower(*label.from);
	for (; name.from < name.to && length < sizeof(joined); name.from++)
		joined[length++] = *name.from;
	figures_add(out, joined, length, type, value);
}

bool
proc_parse_sockets(
    const char *text, size_t length, const char *label, struct figures *out)
{
	struct piece rest = {text, text + length};
	struct piece line, row, name, word;
	bool found = false;

	(void)label;
	while (next_line(&rest, &line)) {
		if (!next_word(&line, &row) || row.to[-1] != ':')
			continue;
		found = true;
		while (next_word(&line, &name) && next_word(&line, &word))
			add_joined(out, row, name, word);
	}
	return found;
}

/* The figures of one CPU, added to those of the ones before. */
static void
add_cpu(struct figures *out, unsigned first, struct piece names,
    struct piece line, const char *label, bool is_first)
{
	struct piece name, word;
	struct figure *figure;
	uint64_t value;
	unsigned i;

	for (i = first; next_word(&names, &name) && i < out->count; i++) {
		if (!next_word(&line, &word) || !read_digits(word, 16, &value))
			return;
		figure = &out->list[i];
		if (!starts_with(name, label))
			figure->value += value;
		else if (is_first)
			figure->value = value;
	}
}

bool
proc_parse_cpus(
    const char *text, size_t length, const char *label, struct figures *out)
{
	struct piece rest = {text, text + length};
	struct piece names, line, name, columns;
	unsigned first = out->count;
	bool is_first = true;

	if (!next_line(&rest, &names))
		return false;
	columns = names;
	while (next_word(&columns, &name)) {
		if (starts_with(name, label))
			figures_add(out, "count", strlen("count"),
			    KSTAT_DATA_UINT64, 0);
		else
			figures_add(out, name.from,
			    (size_t)(name.to - name.from), KSTAT_DATA_UINT64,
			    0);
	}
	for (; next_line(&rest, &line); is_first = false)
		add_cpu(out, first, names, line, label, is_first);
	return out->count > first && !is_first;
}
