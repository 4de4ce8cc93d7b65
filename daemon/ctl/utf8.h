/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h: where one character of UTF-8 ends: the well-formed sequences of the
 * Unicode standard, table 3-7. What is refused here can neither come in
 * (scan.c, name.c) nor go out (emit.c). Any thread.
 */
#ifndef NETINST_CTL_UTF8_H
#define NETINST_CTL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
