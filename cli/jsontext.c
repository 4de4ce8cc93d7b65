/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jsontext.c: cuts and indents JSON text without building a tree, by the
 * scanner that reads requests in the daemon. Pure.
 */
#include "jsontext.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "lib/utf8.h"
#include "text.h"

/* The parser has bounded the text already. */
static struct scan
jsontext_scan(struct scan_slice value)
{
	struct scan scan;

	scan_start(&scan, value.text, value.length);
	scan.depth_max = UINT_MAX;
	scan.values_max = UINT_MAX;
	return scan;
}

/* The next value as it stands, a string with its quotes. */
static bool
jsontext_take(struct scan *scan, struct scan_slice *value)
{
	char *start;

	(void)scan_peek(scan);
	start = scan->at;
	if (!scan_value(scan, value))
		return false;
	value->text = start;
	value->length = (size_t)(scan->at - start);
	return true;
}

bool
jsontext_member(
    struct scan_slice object, const char *name, struct scan_slice *value)
{
	struct scan scan = jsontext_scan(object);
	size_t length = strlen(name);
	struct scan_slice key;

	(void)scan_enter(&scan, '{');
	while (scan_next_member(&scan, &key) && jsontext_take(&scan, value)) {
		if (key.length == length && memcmp(key.text, name, length) == 0)
			return true;
	}
	return false;
}

struct scan_slice
jsontext_elements(struct scan_slice array)
{
	struct scan scan = jsontext_scan(array);
	struct scan_slice all = {.text = array.text};

	if (!scan_enter(&scan, '['))
		return all;
	(void)scan_peek(&scan);
	all.text = scan.at;
	while (scan_next_element(&scan) && scan_value(&scan, NULL))
		all.length = (size_t)(scan.at - all.text);
	return all;
}

static void
jsontext_line(FILE *out, size_t depth)
{
	(void)putc('\n', out);
	for (size_t i = 0; i < depth; i++)
		(void)fputs("  ", out);
}

static void
jsontext_put_string(FILE *out, struct scan_slice string)
{
	const char *at = string.text, *end = at + string.length;

	(void)putc('"', out);
	while (at < end) {
		uint32_t character = 0;
		size_t length = utf8_decode(at, end, &character);

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
	(void)putc('"', out);
}

static void jsontext_put(FILE *out, struct scan *scan, size_t depth);

/* An empty array or object stays on its line. */
static void
jsontext_put_members(FILE *out, struct scan *scan, size_t depth)
{
	bool object = scan_peek(scan) == '{', empty = true;
	struct scan_slice name;

	(void)putc(object ? '{' : '[', out);
	(void)scan_enter(scan, object ? '{' : '[');
	while (
	    object ? scan_next_member(scan, &name) : scan_next_element(scan)) {
		if (!empty)
			(void)putc(',', out);
		empty = false;
		jsontext_line(out, depth + 1);
		if (object) {
			jsontext_put_string(out, name);
			(void)fputs(": ", out);
		}
		jsontext_put(out, scan, depth + 1);
	}
	if (!empty)
		jsontext_line(out, depth);
	(void)putc(object ? '}' : ']', out);
}

static void
jsontext_put(FILE *out, struct scan *scan, size_t depth)
{
	char first = scan_peek(scan);
	struct scan_slice value;

	if (first == '{' || first == '[')
		jsontext_put_members(out, scan, depth);
	else if (scan_value(scan, &value) && value.kind == SCAN_STRING)
		jsontext_put_string(out, value);
	else if (scan->error == SCAN_OK)
		(void)fwrite(value.text, 1, value.length, out);
}

void
jsontext_indent(FILE *out, struct scan_slice value)
{
	struct scan scan = jsontext_scan(value);

	jsontext_put(out, &scan, 0);
	(void)putc('\n', out);
}
