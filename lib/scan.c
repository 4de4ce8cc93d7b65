/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.c: one function per kind of value. Nesting is followed by recursion,
 * which depth_max bounds. Owns nothing; works on the caller's text.
 */
#include "lib/scan.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "lib/memory.h"
#include "lib/utf8.h"

/* A number shorter than this, and without an exponent, is no infinity. */
#define NUMBER_SAFE_LENGTH 300

static bool
scan_end(struct scan *scan, enum scan_error error, const char *reason)
{
	if (scan->error == SCAN_OK) {
		scan->error = error;
		scan->reason = reason;
	}
	return false;
}

static bool
scan_fail(struct scan *scan, const char *reason)
{
	return scan_end(scan, SCAN_SYNTAX, reason);
}

void
scan_start(struct scan *scan, char *text, size_t length)
{
	*scan = (struct scan){
	    .at = text,
	    .end = text + length,
	    .start = text,
	    .depth_max = RPC_DEPTH_MAX,
	    .values_max = SCAN_VALUES_MAX,
	};
}

char
scan_peek(struct scan *scan)
{
	char *at = scan->at;

	while (at < scan->end &&
	       (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
		at++;
	scan->at = at;
	return at < scan->end ? *at : 0;
}

static bool
scan_is_digit(const struct scan *scan)
{
	return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

static bool
scan_is(const struct scan *scan, char byte)
{
	return scan->at < scan->end && *scan->at == byte;
}

/* Reads four hexadecimal digits at at; -1 when they are not there. */
static int
scan_hex(const char *at, const char *end)
{
	int value = 0, i;

	if (end - at < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		char byte = at[i] >= 'a' ? (char)(at[i] - ('a' - 'A')) : at[i];

		if (byte >= '0' && byte <= '9')
			value = value * 16 + (byte - '0');
		else if (byte >= 'A' && byte <= 'F')
			value = value * 16 + (byte - 'A' + 10);
		else
			return -1;
	}
	return value;
}

/* scan->at is at the 'u' of \uXXXX. */
static bool
scan_unicode_escape(struct scan *scan)
{
	int unit = scan_hex(scan->at + 1, scan->end), second;

	if (unit < 0)
		return scan_fail(scan, "an escape without four digits");
	if (unit == 0)
		return scan_fail(scan, "a NUL character");
	scan->at += 5;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	second = -1;
	if (scan->end - scan->at >= 6 && memcmp(scan->at, "\\u", 2) == 0)
		second = scan_hex(scan->at + 2, scan->end);
	if (unit > 0xdbff || second < 0xdc00 || second > 0xdfff)
		return scan_fail(scan, "half of a surrogate pair");
	scan->at += 6;
	return true;
}

/* scan->at is at the backslash. */
static bool
scan_escape(struct scan *scan)
{
	scan->at++;
	if (scan->at == scan->end)
		return scan_fail(scan, "a string that does not end");
	if (*scan->at == 'u')
		return scan_unicode_escape(scan);
	switch (*scan->at) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		scan->at++;
		return true;
	}
	return scan_fail(scan, "an unknown escape");
}

static bool
scan_long_character(struct scan *scan)
{
	size_t length = utf8_length(scan->at, scan->end);

	if (length == 0)
		return scan_fail(scan, "bytes that are not UTF-8");
	scan->at += length;
	return true;
}

/*
 * Passes what does not stand for itself. True at something that does; false at
 * the closing quote, or an error.
 */
static bool
scan_odd(struct scan *scan, struct scan_slice *slice)
{
	for (;;) {
		if (scan->at == scan->end)
			return scan_fail(scan, "a string that does not end");
		if (*scan->at == '"')
			return false;
		if (*scan->at == '\\') {
			slice->escaped = true;
			if (!scan_escape(scan))
				return false;
		} else if ((signed char)*scan->at < 0) {
			if (!scan_long_character(scan))
				return false;
		} else if (*scan->at < ' ') {
			return scan_fail(
			    scan, "a control character in a string");
		} else {
			return true;
		}
	}
}

/*
 * Passes bytes that stand for themselves, eight at a time. In each byte of the
 * mask the highest bit is set when that byte is above 0x7f, below 0x20, a
 * quote or a backslash; a borrow from the byte below may set it needlessly,
 * which only ends the quick part early.
 */
static char *
scan_plain(char *at, const char *end)
{
	const uint64_t each = 0x0101010101010101, high = each << 7;
	uint64_t word, mask;

	while (end - at >= (ptrdiff_t)sizeof(word)) {
		(void)memcpy(&word, at, sizeof(word));
		mask = word | (word - each * ' ') |
		       ((word ^ each * '"') - each) |
		       ((word ^ each * '\\') - each);
		if ((mask & high) != 0)
			break;
		at += sizeof(word);
	}
	/* Signed: bytes of longer characters stop it too. */
	while (at < end && (signed char)*at >= ' ' && *at != '"' && *at != '\\')
		at++;
	return at;
}

/* scan->at is at the opening quote. */
static bool
scan_string(struct scan *scan, struct scan_slice *slice)
{
	slice->kind = SCAN_STRING;
	slice->escaped = false;
	slice->text = ++scan->at;
	do {
		scan->at = scan_plain(scan->at, scan->end);
	} while (scan_odd(scan, slice));
	slice->length = (size_t)(scan->at - slice->text);
	if (scan->error == SCAN_OK)
		scan->at++;
	return scan->error == SCAN_OK;
}

static bool
scan_digits(struct scan *scan)
{
	if (!scan_is_digit(scan))
		return scan_fail(scan, "a number without a digit");
	while (scan_is_digit(scan))
		scan->at++;
	return true;
}

/* Whether a number of this spelling is one that a double holds. */
static bool
scan_is_finite(const struct scan_slice *slice, bool exponent)
{
	char *copy;
	bool finite;

	if (!exponent && slice->length < NUMBER_SAFE_LENGTH)
		return true;
	copy = memory_zalloc(slice->length + 1);
	(void)memcpy(copy, slice->text, slice->length);
	finite = isfinite(strtod(copy, NULL));
	free(copy);
	return finite;
}

static bool
scan_number(struct scan *scan, struct scan_slice *slice)
{
	bool exponent = false;

	slice->kind = SCAN_INTEGER;
	slice->text = scan->at;
	if (scan_is(scan, '-'))
		scan->at++;
	if (scan_is(scan, '0'))
		scan->at++;
	else if (!scan_digits(scan))
		return false;
	if (scan_is(scan, '.')) {
		scan->at++;
		slice->kind = SCAN_REAL;
		if (!scan_digits(scan))
			return false;
	}
	if (scan_is(scan, 'e') || scan_is(scan, 'E')) {
		scan->at++;
		slice->kind = SCAN_REAL;
		exponent = true;
		if (scan_is(scan, '+') || scan_is(scan, '-'))
			scan->at++;
		if (!scan_digits(scan))
			return false;
	}
	slice->length = (size_t)(scan->at - slice->text);
	if (!scan_is_finite(slice, exponent))
		return scan_fail(scan, "a number out of range");
	return true;
}

static bool
scan_word(struct scan *scan, struct scan_slice *slice, enum scan_kind kind,
    const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(scan->end - scan->at) < length ||
	    memcmp(scan->at, word, length) != 0)
		return scan_fail(scan, "an unknown word");
	slice->kind = kind;
	slice->text = scan->at;
	slice->length = length;
	scan->at += length;
	return true;
}

static bool
scan_container(struct scan *scan, struct scan_slice *slice)
{
	struct scan_slice name;
	char *start = scan->at;

	if (*start == '[') {
		slice->kind = SCAN_ARRAY;
		(void)scan_enter(scan, '[');
		while (scan_next_element(scan))
			(void)scan_value(scan, NULL);
	} else {
		slice->kind = SCAN_OBJECT;
		(void)scan_enter(scan, '{');
		while (scan_next_member(scan, &name))
			(void)scan_value(scan, NULL);
	}
	slice->text = start;
	slice->length = (size_t)(scan->at - start);
	return scan->error == SCAN_OK;
}

bool
scan_value(struct scan *scan, struct scan_slice *slice)
{
	struct scan_slice unused;
	char first;

	if (scan->error != SCAN_OK)
		return false;
	if (++scan->values > scan->values_max)
		return scan_end(scan, SCAN_TOO_MANY, "too many values");
	if (slice == NULL)
		slice = &unused;
	first = scan_peek(scan);
	if (first == '"')
		return scan_string(scan, slice);
	if (first == '{' || first == '[')
		return scan_container(scan, slice);
	if (first == '-' || scan_is_digit(scan))
		return scan_number(scan, slice);
	if (first == 't')
		return scan_word(scan, slice, SCAN_TRUE, "true");
	if (first == 'f')
		return scan_word(scan, slice, SCAN_FALSE, "false");
	if (first == 'n')
		return scan_word(scan, slice, SCAN_NULL, "null");
	return scan_fail(scan, "something that starts no value");
}

bool
scan_enter(struct scan *scan, char bracket)
{
	if (scan->error != SCAN_OK)
		return false;
	if (scan_peek(scan) != bracket)
		return scan_fail(scan, "another value than expected");
	if (scan->depth == scan->depth_max)
		return scan_end(scan, SCAN_TOO_DEEP, "nested too deep");
	scan->depth++;
	scan->at++;
	scan->first = true;
	return true;
}

/* Passes the comma between two; false at the closing bracket, or an error. */
static bool
scan_next(struct scan *scan, char closing)
{
	char next;

	if (scan->error != SCAN_OK)
		return false;
	next = scan_peek(scan);
	if (next == closing) {
		scan->at++;
		scan->depth--;
		scan->first = false;
		return false;
	}
	if (!scan->first) {
		if (next != ',')
			return scan_fail(scan, "neither a comma nor the end");
		scan->at++;
	}
	scan->first = false;
	return true;
}

bool
scan_next_element(struct scan *scan)
{
	return scan_next(scan, ']');
}

bool
scan_next_member(struct scan *scan, struct scan_slice *name)
{
	if (!scan_next(scan, '}'))
		return false;
	if (scan_peek(scan) != '"')
		return scan_fail(scan, "a member without a name");
	if (!scan_string(scan, name))
		return false;
	if (scan_peek(scan) != ':')
		return scan_fail(scan, "a name without a colon");
	scan->at++;
	return true;
}

bool
scan_finish(struct scan *scan)
{
	if (scan->error != SCAN_OK)
		return false;
	(void)scan_peek(scan);
	if (scan->at != scan->end)
		return scan_fail(scan, "something after the value");
	return true;
}

/*
 * Writes the character that an escape stands for at *to, which is not behind
 * the escape. from is behind the backslash; returns what is behind the escape.
 */
static const char *
scan_replace_escape(const char *from, const char *end, char **to)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	uint32_t unit;

	if (*from != 'u') {
		*(*to)++ = bytes[strchr(names, *from) - names];
		return from + 1;
	}
	unit = (uint32_t)scan_hex(from + 1, end);
	from += 5;
	if (unit >= 0xd800 && unit <= 0xdfff) {
		unit = 0x10000 + ((unit - 0xd800) << 10) +
		       ((uint32_t)scan_hex(from + 2, end) - 0xdc00);
		from += 6;
	}
	*to += utf8_encode(unit, *to);
	return from;
}

bool
scan_decode(struct scan_slice *string, size_t limit)
{
	const char *from = string->text, *end = from + string->length;
	char *to = string->text;

	assert(string->kind == SCAN_STRING);
	/* An escape has up to six bytes for one. */
	if (string->length > (string->escaped ? 6 * limit : limit))
		return false;
	while (string->escaped && from < end) {
		if (*from == '\\')
			from = scan_replace_escape(from + 1, end, &to);
		else
			*to++ = *from++;
	}
	if (string->escaped)
		string->length = (size_t)(to - string->text);
	string->escaped = false;
	string->text[string->length] = '\0';
	return string->length <= limit;
}

bool
scan_integer(const struct scan_slice *slice, int64_t *value)
{
	const char *at = slice->text, *end = at + slice->length;
	bool negative = *at == '-';
	int64_t sum = 0;

	assert(slice->kind == SCAN_INTEGER);
	for (at += negative; at < end; at++)
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_sub_overflow(sum, *at - '0', &sum))
			return false;
	if (!negative && sum == INT64_MIN)
		return false;
	*value = negative ? sum : -sum;
	return true;
}
