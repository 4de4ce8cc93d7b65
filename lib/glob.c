/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glob.c: matching with one way back: when something after a star does not
 * match, the last star takes one character more. Earlier stars never need to
 * be tried again, so the time is bounded. Characters are those of UTF-8; a
 * byte that is none counts as one.
 */
#include "lib/glob.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/utf8.h"

/* Reads one character as a number that compares like it, and passes it. */
static uint32_t
glob_take(const char **at)
{
	const char *text = *at;
	size_t length = utf8_length(text, text + strnlen(text, 4)), i;
	uint32_t character = 0;

	if (length == 0)
		length = 1;
	for (i = 0; i < length; i++)
		character = character << 8 | (unsigned char)text[i];
	*at += length;
	return character;
}

/* The end of the set that starts after '[', or NULL: it is not one. */
static const char *
glob_set_end(const char *set)
{
	if (*set == '!' || *set == '^')
		set++;
	/* A ']' that comes first belongs to the set. */
	return *set == '\0' ? NULL : strchr(set + 1, ']');
}

static bool
glob_set_has(const char *set, const char *end, uint32_t character)
{
	bool negated = *set == '!' || *set == '^', found = false;
	uint32_t low, high;

	for (set += negated; set < end;) {
		low = high = glob_take(&set);
		if (*set == '-' && set + 1 < end) {
			set++;
			high = glob_take(&set);
		}
		found = found || (character >= low && character <= high);
	}
	return found != negated;
}

/* Matches one character that is not a star; passes both when it does. */
static bool
glob_match_one(const char **pattern, const char **text)
{
	const char *at = *pattern, *end;
	uint32_t character;
	bool matches;

	if (**text == '\0' || *at == '\0')
		return false;
	character = glob_take(text);
	end = *at == '[' ? glob_set_end(at + 1) : NULL;
	if (end != NULL) {
		matches = glob_set_has(at + 1, end, character);
		at = end + 1;
	} else if (*at == '?') {
		matches = true;
		at++;
	} else {
		at += *at == '\\' && at[1] != '\0';
		matches = glob_take(&at) == character;
	}
	*pattern = at;
	return matches;
}

bool
glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
			continue;
		}
		if (*pattern == '\0' && *text == '\0')
			return true;
		if (glob_match_one(&pattern, &text))
			continue;
		if (star == NULL || *resume == '\0')
			return false;
		(void)glob_take(&resume);
		pattern = star;
		text = resume;
	}
}

bool
glob_is_whole(const char *pattern)
{
	const char *at = pattern;

	while (*at != '\0') {
		if (at[0] == '\\' && at[1] == '\0')
			return false;
		if (*at == '[') {
			at = glob_set_end(at + 1);
			if (at == NULL)
				return false;
			at++;
		} else {
			at += *at == '\\' ? 2 : 1;
		}
	}
	return true;
}

bool
glob_is_literal(const char *pattern)
{
	return strpbrk(pattern, "*?[\\") == NULL;
}
