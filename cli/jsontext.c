/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsontext.c: cuts and indents JSON text without building a tree. It relies on
 * the text being valid, so strings and brackets are all it has to know. Pure.
 */
#include "jsontext.h"

#include <stdint.h>
#include <string.h>

#include "text.h"

static const char *
jsontext_skip_space(const char *at, const char *end)
{
	while (at < end && memchr(" \t\r\n", *at, 4) != NULL)
		at++;
	return at;
}

/* From the opening quote to behind the closing one. */
static const char *
jsontext_skip_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if (*at == '\\')
			at++;
	}
	return at < end ? at + 1 : end;
}

/* To behind the value: to the comma or bracket that follows, or the end. */
static const char *
jsontext_skip_value(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = jsontext_skip_string(at, end);
			continue;
		}
		if (depth == 0 && (*at == ',' || *at == '}' || *at == ']'))
			break;
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		at++;
	}
	return at;
}

static struct slice
jsontext_trim(const char *at, const char *end)
{
	at = jsontext_skip_space(at, end);
	while (end > at && memchr(" \t\r\n", end[-1], 4) != NULL)
		end--;
	return (struct slice){.at = at, .length = (size_t)(end - at)};
}

bool
jsontext_member(struct slice object, const char *name, struct slice *value)
{
	const char *end = object.at + object.length, *at = object.at;
	size_t length = strlen(name);

	at = jsontext_skip_space(at, end);
	if (at == end || *at != '{')
		return false;
	for (at++; at < end; at++) {
		const char *key, *key_end, *start;

		key = jsontext_skip_space(at, end);
		if (key == end || *key != '"')
			return false;
		key_end = jsontext_skip_string(key, end);
		start = jsontext_skip_space(key_end, end) + 1;
		at = jsontext_skip_value(start, end);
		if ((size_t)(key_end - key) == length + 2 &&
		    memcmp(key + 1, name, length) == 0) {
			*value = jsontext_trim(start, at);
			return true;
		}
		if (at == end || *at != ',')
			return false;
	}
	return false;
}

struct slice
jsontext_elements(struct slice array)
{
	struct slice all = jsontext_trim(array.at, array.at + array.length);

	if (all.length < 2 || all.at[0] != '[')
		return (struct slice){.at = all.at, .length = 0};
	return jsontext_trim(all.at + 1, all.at + all.length - 1);
}

static void
jsontext_line(FILE *out, size_t depth)
{
	(void)putc('\n', out);
	for (size_t i = 0; i < depth; i++)
		(void)fputs("  ", out);
}

static void
jsontext_put_string(FILE *out, const char *at, const char *end)
{
	while (at < end) {
		uint32_t character = 0;
		size_t length = text_decode(at, end, &character);

		if (length == 0)
			length = 1;
		if (!text_is_hidden(character))
			(void)fwrite(at, 1, length, out);
		else if (character < 0x10000)
			(void)fprintf(out, "\\u%04x", character);
		else
			(void)fprintf(out, "\\u%04x\\u%04x",
			    0xd800 + ((character - 0x10000) >> 10),
			    0xdc00 + (character & 0x3ff));
		at += length;
	}
}

/* An empty array or object stays on its line; returns behind it, or NULL. */
static const char *
jsontext_put_empty(FILE *out, const char *at, const char *end)
{
	const char *next = jsontext_skip_space(at + 1, end);

	if (next == end || (*next != '}' && *next != ']'))
		return NULL;
	(void)putc(*at, out);
	(void)putc(*next, out);
	return next + 1;
}

void
jsontext_indent(FILE *out, struct slice value)
{
	const char *at = value.at, *end = value.at + value.length, *next;
	size_t depth = 0;

	for (; at < end; at = next) {
		next = at + 1;
		if (memchr(" \t\r\n", *at, 4) != NULL)
			continue;
		if (*at == '"') {
			next = jsontext_skip_string(at, end);
			jsontext_put_string(out, at, next);
		} else if (*at == '{' || *at == '[') {
			const char *behind = jsontext_put_empty(out, at, end);

			if (behind != NULL) {
				next = behind;
				continue;
			}
			(void)putc(*at, out);
			jsontext_line(out, ++depth);
		} else if (*at == '}' || *at == ']') {
			jsontext_line(out, --depth);
			(void)putc(*at, out);
		} else {
			(void)putc(*at, out);
			if (*at == ',')
				jsontext_line(out, depth);
			else if (*at == ':')
				(void)putc(' ', out);
		}
	}
	(void)putc('\n', out);
}
