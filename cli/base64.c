/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.c: the codec of netinstctl. The daemon reads strictly what is written
 * here; what the daemon writes is read just as strictly.
 */
#include "base64.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
base64_of_bytes(const uint8_t *bytes, size_t count)
{
	char *text = memory_zalloc((count + 2) / 3 * 4 + 1, 1), *at = text;
	size_t i, left;

	for (i = 0; i < count; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16;

		left = count - i;
		group |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
		group |= left > 2 ? bytes[i + 2] : 0;
		*at++ = letters[group >> 18];
		*at++ = letters[group >> 12 & 0x3f];
		*at++ = left > 1 ? letters[group >> 6 & 0x3f] : '=';
		*at++ = left > 2 ? letters[group & 0x3f] : '=';
	}
	return text;
}

/* The value of a letter, or -1. */
static int
letter_value(char letter)
{
	const char *at = letter != '\0' ? strchr(letters, letter) : NULL;

	return at != NULL ? (int)(at - letters) : -1;
}

uint8_t *
base64_to_bytes(const char *text, size_t length, size_t *count)
{
	uint8_t *bytes = memory_zalloc((length + 3) / 4 * 3 + 1, 1),
		*at = bytes;
	size_t letter_count = length, i;
	uint32_t bits = 0;

	while (letter_count > 0 && length - letter_count < 2 &&
	       text[letter_count - 1] == '=')
		letter_count--;
	for (i = 0; i < letter_count; i++) {
		int value = letter_value(text[i]);

		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 > 0)
			*at++ = (uint8_t)(bits >> (6 - i % 4 * 2));
	}
	*count = letter_count * 3 / 4;
	/* The bits that padding leaves over stand for nothing. */
	if (length % 4 != 0 || i < letter_count ||
	    (letter_count % 4 == 2 && (bits & 0xf) != 0) ||
	    (letter_count % 4 == 3 && (bits & 0x3) != 0)) {
		free(bytes);
		return NULL;
	}
	return bytes;
}
