/* SPDX-License-Identifier: Apache-2.0 */
/* glob.h: file name patterns on names that are not files. Any thread. */
#ifndef NETINST_LIB_GLOB_H
#define NETINST_LIB_GLOB_H

#include <stdbool.h>

/* Bytes of a pattern; callers check patterns from outside. */
#define GLOB_MAX 255

/*
 * Whether text matches pattern: * is any run of characters, ? any one, [a-c]
 * one of a set, [!a-c] one not of it, \ takes the next character as it is. A
 * '[' that nothing closes is itself. Takes at most their lengths multiplied,
 * whatever the pattern, which fnmatch(3) does not promise.
 */
bool glob_match(const char *pattern, const char *text);

/* Whether no '[' stays open, and no \ stands at the end. */
bool glob_is_whole(const char *pattern);

/* Whether the pattern can match only itself. */
bool glob_is_literal(const char *pattern);

#endif
