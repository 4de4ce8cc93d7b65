/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: decides what is plain text. Owns nothing. Descriptors, paths and the
 * messages made from both pass here before anything outside the loader sees
 * them.
 */
#include "plugin/text.h"

#include <string.h>

#include "lib/utf8.h"

bool
text_is_plain(const char *text, size_t max)
{
	const char *end = text + strnlen(text, max + 1), *at;
	size_t bytes;

	for (at = text; at < end; at += bytes) {
		bytes = utf8_printable(at, end);
		if (bytes == 0)
			return false;
	}
	return at > text && (size_t)(at - text) <= max;
}

void
text_clean(char *text)
{
	const char *end = text + strlen(text);
	size_t bytes;

	for (; text < end; text += bytes) {
		bytes = utf8_printable(text, end);
		if (bytes == 0) {
			*text = '?';
			bytes = 1;
		}
	}
}
