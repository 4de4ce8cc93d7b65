/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: decides, character by character, what is plain text. It owns
 * nothing. Descriptors, paths and the messages made from both pass through
 * here before anything outside the loader sees them.
 */
#include "plugin/text.h"

#include <stdint.h>

#include "base/check.h"

/* The forms of a character of several bytes; RFC 3629. */
static const struct {
	unsigned char mask, lead;
	unsigned bytes;
	uint32_t lowest; /* anything below has a shorter form */
} forms[] = {
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static bool
text_is_character(uint32_t code)
{
	bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
	bool surrogate = code >= 0xd800 && code <= 0xdfff;

	return !control && !surrogate && code <= 0x10ffff;
}

/* Bytes of the plain character at text, or 0 when there is none. */
static unsigned
text_character(const unsigned char *text)
{
	uint32_t code;
	unsigned i, form;

	if (*text < 0x80)
		return text_is_character(*text);
	for (form = 0; form < ARRAY_LENGTH(forms); form++)
		if ((*text & forms[form].mask) == forms[form].lead)
			break;
	if (form == ARRAY_LENGTH(forms))
		return 0;
	code = *text & (unsigned char)~forms[form].mask;
	for (i = 1; i < forms[form].bytes; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3fU);
	}
	if (code < forms[form].lowest || !text_is_character(code))
		return 0;
	return forms[form].bytes;
}

bool
text_is_plain(const char *text, size_t max)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = 0;
	unsigned bytes;

	for (; at[length] != '\0' && length <= max; length += bytes) {
		bytes = text_character(at + length);
		if (bytes == 0)
			return false;
	}
	return length > 0 && length <= max;
}

void
text_clean(char *text)
{
	unsigned bytes;

	for (; *text != '\0'; text += bytes) {
		bytes = text_character((const unsigned char *)text);
		if (bytes == 0) {
			*text = '?';
			bytes = 1;
		}
	}
}
