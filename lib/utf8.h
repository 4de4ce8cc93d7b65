/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h: characters of UTF-8: the well-formed sequences of the Unicode
 * standard, table 3-7. What is refused here can neither come in (scan.c, names,
 * descriptors of plugins) nor go out (emit.c, what is printed). Any thread.
 */
#ifndef NETINST_LIB_UTF8_H
#define NETINST_LIB_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool
utf8_continues(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

static inline size_t
utf8_three(const unsigned char *at)
{
	unsigned char least = at[0] == 0xe0 ? 0xa0 : 0x80;
	unsigned char most = at[0] == 0xed ? 0x9f : 0xbf;

	return at[1] >= least && at[1] <= most && utf8_continues(at[2]) ? 3 : 0;
}

static inline size_t
utf8_four(const unsigned char *at)
{
	unsigned char least = at[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char most = at[0] == 0xf4 ? 0x8f : 0xbf;

	return at[1] >= least && at[1] <= most && utf8_continues(at[2]) &&
		       utf8_continues(at[3])
		   ? 4
		   : 0;
}

/*
 * Returns the bytes of the character at text, which is before end: 1 to 4, or
 * 0 when it is cut off, longer than need be, a surrogate or above U+10FFFF.
 */
static inline size_t
utf8_length(const char *text, const char *end)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t left = (size_t)(end - text);

	if (at[0] < 0x80)
		return 1;
	if (at[0] >= 0xc2 && at[0] <= 0xdf)
		return left >= 2 && utf8_continues(at[1]) ? 2 : 0;
	if (at[0] >= 0xe0 && at[0] <= 0xef)
		return left >= 3 ? utf8_three(at) : 0;
	if (at[0] >= 0xf0 && at[0] <= 0xf4)
		return left >= 4 ? utf8_four(at) : 0;
	return 0;
}

/*
 * The same, and which character it is. Also 0 at the end; *character is then
 * left as it is.
 */
static inline size_t
utf8_decode(const char *text, const char *end, uint32_t *character)
{
	size_t length = text < end ? utf8_length(text, end) : 0, i;

	if (length == 0)
		return 0;
	*character =
	    (unsigned char)text[0] & (0xffU >> (length + (length > 1)));
	for (i = 1; i < length; i++)
		*character = *character << 6 | ((unsigned char)text[i] & 0x3fU);
	return length;
}

/* Writes a character that is none of the surrogates; returns its bytes. */
static inline size_t
utf8_encode(uint32_t character, char *text)
{
	size_t length = character < 0x80      ? 1
			: character < 0x800   ? 2
			: character < 0x10000 ? 3
					      : 4;
	size_t i;

	for (i = length - 1; i > 0; i--, character >>= 6)
		text[i] = (char)(0x80 | (character & 0x3f));
	text[0] = (char)(length == 1 ? character
				     : (0xf00U >> length | character) & 0xff);
	return length;
}

/* Delete, and the control characters of ASCII and of ISO 8859. */
static inline bool
utf8_is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

/* Bytes of the character at text, 0 when there is none or it is a control. */
static inline size_t
utf8_printable(const char *text, const char *end)
{
	uint32_t character = 0;
	size_t length = utf8_decode(text, end, &character);

	return utf8_is_control(character) ? 0 : length;
}

#endif
