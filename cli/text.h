/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h: words as people see them. Names come from plugins, from the daemon
 * and from the command line; none of them may move the cursor, hide text or
 * feign a second line.
 */
#ifndef NETINST_CLI_TEXT_H
#define NETINST_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A copy that is safe to print: valid UTF-8 stays as it is; control bytes,
 * bytes that are no UTF-8, and characters that are invisible or turn the
 * direction of writing become \xNN byte by byte. "\x" itself becomes "\x5cx",
 * so that two texts never look the same. The caller frees it.
 */
char *text_escape(const char *text);

bool text_is_utf8(const char *text);

/* Whether a character is shown as \xNN, see text_escape(). */
bool text_is_hidden(uint32_t character);

/* Columns that an escaped text takes on a terminal. */
size_t text_width(const char *text);

/*
 * The name that word was probably meant to be: it starts with word, or few
 * letters are wrong, missing, too many or swapped. NULL: none is near.
 */
const char *text_nearest(
    const char *word, const char *const *names, size_t count);

/*
 * Adds a word to a list of words: "a" and "b" make "a, b" with the separator
 * ", ". STEALS list, which is NULL when it is empty; the caller frees what is
 * returned.
 */
char *text_append(char *list, const char *separator, const char *word);

/* "850ns", "12.3us", "1.50s": three digits or more. The caller frees it. */
char *text_nanoseconds(int64_t nanoseconds);

/* "12s", "5m 3s", "2h 10m", "3d 4h": the two largest units. Likewise. */
char *text_uptime(double seconds);

#endif
