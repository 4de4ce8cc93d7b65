/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h: where one character of UTF-8 ends. Any thread. */
#ifndef NETINST_CTL_UTF8_H
#define NETINST_CTL_UTF8_H

#include <stddef.h>

/*
 * Returns the bytes of the character at text, which is before end: 1 to 4, or
 * 0 when it is cut off, longer than need be, a surrogate or above U+10FFFF.
 */
size_t utf8_length(const char *text, const char *end);

#endif
