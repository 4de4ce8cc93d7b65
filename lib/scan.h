/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h: reads JSON text (RFC 8259) strictly, in one pass, and builds nothing:
 * it finds where values stand. What a client sends goes through here before
 * anything else sees it. jansson takes 13 ms to build a tree of one string of 1
 * MiB, while the loop serves no one; here the longest line takes one.
 *
 * Refused: bad UTF-8, \u0000, lone surrogates, a byte order mark, numbers that
 * no double holds, anything after the value, nesting beyond RPC_DEPTH_MAX, more
 * than SCAN_VALUES_MAX values; for trusted text, raise the last two. The caller
 * handles equal member names.
 *
 *   scan_start(&scan, text, length);
 *   if (scan_enter(&scan, '{'))
 *           while (scan_next_member(&scan, &name))
 *                   scan_value(&scan, &value);
 *   scan_finish(&scan);
 *   if (scan.error != SCAN_OK) ...
 *
 * After an error every function returns false and changes nothing more.
 */
#ifndef NETINST_LIB_SCAN_H
#define NETINST_LIB_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Values in one message, nested ones too: many times what any method takes,
 * and few enough to be looked at in a millisecond.
 */
#define SCAN_VALUES_MAX (64 << 10)

enum scan_kind {
	SCAN_STRING,
	SCAN_INTEGER, /* neither fraction nor exponent */
	SCAN_REAL,
	SCAN_TRUE,
	SCAN_FALSE,
	SCAN_NULL,
	SCAN_ARRAY,
	SCAN_OBJECT
};

/* A value in the text; a string's begins and ends inside the quotes. */
struct scan_slice {
	char *text;
	size_t length;
	enum scan_kind kind;
	bool escaped; /* a string with a backslash in it */
};

enum scan_error { SCAN_OK, SCAN_SYNTAX, SCAN_TOO_DEEP, SCAN_TOO_MANY };

struct scan {
	char *at, *end;
	unsigned depth, values, depth_max, values_max;
	bool first; /* of the innermost array or object: nothing before */
	enum scan_error error;
	const char *reason; /* what is wrong at at; a literal */
	const char *start;
};

/* text stays the caller's, and as it is while the scan goes on. */
void scan_start(struct scan *scan, char *text, size_t length);

/* What the next value starts with, or 0 at the end; skips white space. */
char scan_peek(struct scan *scan);

/* Reads one value, whatever is in it. slice: may be NULL. */
bool scan_value(struct scan *scan, struct scan_slice *slice);

/* Enters an array ('[') or an object ('{'). */
bool scan_enter(struct scan *scan, char bracket);

/* Whether one more element or member follows; at the end, leaves. */
bool scan_next_element(struct scan *scan);
bool scan_next_member(struct scan *scan, struct scan_slice *name);

/* Nothing but white space is left. */
bool scan_finish(struct scan *scan);

/*
 * Makes a string end in a NUL, with its escapes replaced, in place: the byte
 * after it is overwritten. False when it is longer than limit bytes.
 */
bool scan_decode(struct scan_slice *string, size_t limit);

/* The value of an INTEGER; false when 64 bits do not hold it. */
bool scan_integer(const struct scan_slice *slice, int64_t *value);

#endif
