/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: escaping, measuring and comparing words, and durations for people.
 * Pure: nothing is printed here. What is UTF-8 does not depend on the locale
 * that netinstctl happens to run in.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "lib/utf8.h"
#include "memory.h"

bool
text_is_utf8(const char *text)
{
	const char *end = text + strlen(text);
	uint32_t character;

	while (text < end) {
		size_t length = utf8_decode(text, end, &character);

		if (length == 0)
			return false;
		text += length;
	}
	return true;
}

bool
text_is_hidden(uint32_t character)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
	    {0x00, 0x1f},	/* controls */
	    {0x7f, 0x9f},	/* delete, and the controls of ISO 8859 */
	    {0xad, 0xad},	/* soft hyphen */
	    {0x61c, 0x61c},	/* Arabic letter mark */
	    {0x200b, 0x200f},	/* no width; direction marks */
	    {0x2028, 0x202e},	/* line ends; direction overrides */
	    {0x2060, 0x206f},	/* no width; direction isolates */
	    {0xfeff, 0xfeff},	/* byte order mark */
	    {0xfff9, 0xfffb},	/* annotations */
	    {0xe0000, 0xe007f}, /* tags */
	};

	for (size_t i = 0; i < ARRAY_LENGTH(hidden); i++) {
		if (character >= hidden[i].first && character <= hidden[i].last)
			return true;
	}
	return false;
}

static char *
text_put_byte(char *out, unsigned char byte)
{
	static const char digits[] = "0123456789abcdef";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = digits[byte >> 4];
	*out++ = digits[byte & 15];
	return out;
}

char *
text_escape(const char *text)
{
	size_t left = strlen(text);
	char *copy = memory_zalloc(4 * left + 1);
	const char *end = text + left;
	char *out = copy;
	uint32_t character;

	while (text < end) {
		size_t length = utf8_decode(text, end, &character);
		bool escape = length == 0 || text_is_hidden(character) ||
			      (text[0] == '\\' && text[1] == 'x');

		for (length += length == 0; length > 0; length--, text++) {
			if (escape)
				out = text_put_byte(out, (unsigned char)*text);
			else
				*out++ = *text;
		}
	}
	return copy;
}

size_t
text_width(const char *text)
{
	const char *end = text + strlen(text);
	size_t width = 0;

	while (text < end) {
		uint32_t character;
		size_t length = utf8_decode(text, end, &character);
		int columns = length < 2 ? 1 : wcwidth((wchar_t)character);

		width += columns > 0 ? (size_t)columns : 0;
		text += length != 0 ? length : 1;
	}
	return width;
}

static size_t
text_least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Longer words are not compared. */
#define WORD_MAX 32

/*
 * Edits that make a of b: a letter put in, left out, replaced, or swapped with
 * its neighbour. Three rows of the usual matrix are enough.
 */
static size_t
text_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1], length = strlen(b);
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (strlen(a) > WORD_MAX || length > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= length; j++)
		last[j] = before[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			row[j] = last[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = text_least(row[j], last[j] + 1);
			row[j] = text_least(row[j], row[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = text_least(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = oldest;
	}
	return last[length];
}

const char *
text_nearest(const char *word, const char *const *names, size_t count)
{
	size_t length = strlen(word);
	size_t best = length < 5 ? 2 : length < 9 ? 3 : 4;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t distance = text_distance(word, names[i]);

		if (length > 1 && strncmp(word, names[i], length) == 0)
			distance = text_least(distance, 1);
		if (distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}

char *
text_append(char *list, const char *separator, const char *word)
{
	char *longer = memory_format("%s%s%s", list != NULL ? list : "",
	    list != NULL ? separator : "", word);

	free(list);
	return longer;
}

char *
text_nanoseconds(int64_t nanoseconds)
{
	static const struct {
		const char *name;
		double size;
	} units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}};
	double value = (double)nanoseconds;

	for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
		double scaled = value / units[i].size;

		if (scaled >= 1)
			return memory_format("%.*f%s",
			    scaled < 10	   ? 2
			    : scaled < 100 ? 1
					   : 0,
			    scaled, units[i].name);
	}
	return memory_format("%lldns", (long long)nanoseconds);
}

char *
text_uptime(double seconds)
{
	long long whole = seconds > 0 ? (long long)seconds : 0;

	if (whole < 60)
		return memory_format("%llds", whole);
	if (whole < 3600)
		return memory_format("%lldm %llds", whole / 60, whole % 60);
	if (whole < 86400)
		return memory_format(
		    "%lldh %lldm", whole / 3600, whole / 60 % 60);
	return memory_format("%lldd %lldh", whole / 86400, whole / 3600 % 24);
}
