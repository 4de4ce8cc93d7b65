/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.c: the codec, by table. Packets come by the megabyte, and on the loop
 * thread. Owns nothing.
 */
#include "lib/base64.h"

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What is no letter. */
#define NO 0x80

/* The values of '+' to 'z'. */
static const uint8_t values[] = {62, NO, NO, NO, 63, 52, 53, 54, 55, 56, 57, 58,
    59, 60, 61, NO, NO, NO, NO, NO, NO, NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO,
    NO, NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
    43, 44, 45, 46, 47, 48, 49, 50, 51};

static unsigned
value_of(char letter)
{
	unsigned place = (unsigned char)letter - (unsigned)'+';

	return place < sizeof(values) ? values[place] : NO;
}

/* Four letters; a value with the bit NO when one of them is none. */
static uint32_t
group_read(const char *text)
{
	unsigned a = value_of(text[0]), b = value_of(text[1]),
		 c = value_of(text[2]), d = value_of(text[3]);

	if (((a | b | c | d) & NO) != 0)
		return UINT32_MAX;
	return a << 18 | b << 12 | c << 6 | d;
}

static void
group_put(uint32_t group, uint8_t *bytes, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		bytes[i] = (uint8_t)(group >> (16 - 8 * i));
}

/* The last group of a text; what padding leaves unused has to be zero. */
static bool
last_read(const char *text, uint8_t *bytes, size_t *count)
{
	size_t padding = text[3] != '=' ? 0 : text[2] != '=' ? 1 : 2;
	const char filled[4] = {text[0], text[1], padding < 2 ? text[2] : 'A',
	    padding < 1 ? text[3] : 'A'};
	uint32_t group = group_read(filled);

	*count = 3 - padding;
	if (group == UINT32_MAX || (group & ((1U << (8 * padding)) - 1)) != 0)
		return false;
	group_put(group, bytes, *count);
	return true;
}

bool
base64_decode(const char *text, size_t length, uint8_t *bytes, size_t *count)
{
	uint8_t *at = bytes;
	size_t last = 0;
	uint32_t group;

	*count = 0;
	if (length % 4 != 0)
		return false;
	for (; length > 4; length -= 4, text += 4, at += 3) {
		group = group_read(text);
		if (group == UINT32_MAX)
			return false;
		group_put(group, at, 3);
	}
	if (length == 4 && !last_read(text, at, &last))
		return false;
	*count = (size_t)(at - bytes) + last;
	return true;
}

static void
group_write(uint32_t group, char *text)
{
	size_t i;

	for (i = 0; i < 4; i++)
		text[i] = letters[group >> (18 - 6 * i) & 0x3f];
}

void
base64_encode(const uint8_t *bytes, size_t count, char *text)
{
	size_t padding;

	for (; count >= 3; count -= 3, bytes += 3, text += 4)
		group_write(
		    (uint32_t)bytes[0] << 16 | bytes[1] << 8 | bytes[2], text);
	if (count == 0)
		return;
	group_write(
	    (uint32_t)bytes[0] << 16 | (count == 2 ? bytes[1] << 8 : 0), text);
	for (padding = 3 - count; padding > 0; padding--)
		text[4 - padding] = '=';
}
