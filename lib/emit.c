/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit.c: how each kind of value is spelled (RFC 8259). Everything that
 * goes to a client comes through here, so this is where bytes that a plugin or
 * a name smuggled in are made harmless. No state, any thread.
 */
#include "lib/emit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

#include "lib/clock.h"
#include "lib/utf8.h"

#define SECONDS_PER_DAY 86400
/* Bytes of the longest integer, quoted. */
#define INTEGER_ROOM 24
/* Bytes of the longest number that %.17g prints. */
#define DOUBLE_ROOM 32

static const char digits[] = "0123456789abcdef";

/* How a control character is spelled, or 0 for \u00XX. */
static char
emit_short_escape(char byte)
{
	static const char names[] = {['\b'] = 'b',
	    ['\t'] = 't',
	    ['\n'] = 'n',
	    ['\f'] = 'f',
	    ['\r'] = 'r'};

	return (size_t)byte < sizeof(names) ? names[(size_t)byte] : 0;
}

/* Writes one character that cannot stand as it is; returns its bytes. */
static size_t
emit_put_odd(struct buffer *out, const char *text, const char *end)
{
	char *at = buffer_room(out, 6);
	size_t length = utf8_length(text, end);
	char byte = *text, name;

	if (length > 1) {
		(void)memcpy(at, text, length);
		out->length += length;
		return length;
	}
	name = byte == '"' || byte == '\\' ? byte : emit_short_escape(byte);
	if (length == 0) {
		(void)memcpy(at, "\\ufffd", 6);
		out->length += 6;
	} else if (name != 0) {
		at[0] = '\\';
		at[1] = name;
		out->length += 2;
	} else {
		(void)memcpy(at, "\\u00", 4);
		at[4] = digits[byte >> 4];
		at[5] = digits[byte & 15];
		out->length += 6;
	}
	return 1;
}

/* Whether a byte can stand in a string as it is, whatever is around it. */
static bool
emit_is_plain(char byte)
{
	return (signed char)byte >= ' ' && byte != '"' && byte != '\\';
}

void
emit_put_text(struct buffer *out, const char *text, size_t length)
{
	const char *end = text + length;
	char *at = buffer_room(out, length + 2), *start = at;

	*at++ = '"';
	for (;;) {
		while (text < end && emit_is_plain(*text))
			*at++ = *text++;
		if (text == end)
			break;
		out->length += (size_t)(at - start);
		text += emit_put_odd(out, text, end);
		at = start = buffer_room(out, (size_t)(end - text) + 1);
	}
	*at++ = '"';
	out->length += (size_t)(at - start);
}

/* Writes the digits of value so that they end before end; returns the first. */
static char *
emit_digits(char *end, uint64_t value)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	return end;
}

static void
emit_put_number(
    struct buffer *out, uint64_t magnitude, bool negative, bool quoted)
{
	char text[INTEGER_ROOM], *end = text + sizeof(text), *at = end;

	if (quoted)
		*--at = '"';
	at = emit_digits(at, magnitude);
	if (negative)
		*--at = '-';
	if (quoted)
		*--at = '"';
	buffer_append(out, at, (size_t)(end - at));
}

void
emit_put_integer(struct buffer *out, int64_t value)
{
	/* Without the overflow that -INT64_MIN would be. */
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

	emit_put_number(out, magnitude, value<0, magnitude> RPC_INTEGER_MAX);
}

void
emit_put_unsigned(struct buffer *out, uint64_t value)
{
	emit_put_number(out, value, false, value > RPC_INTEGER_MAX);
}

/* A plugin may have changed the process's decimal point. */
static void
emit_put_real(struct buffer *out, char *text)
{
	char *at;

	for (at = text; *at != '\0'; at++)
		if (strchr("0123456789+-e", *at) == NULL)
			*at = '.';
	buffer_append(out, text, (size_t)(at - text));
}

void
emit_double(struct buffer *out, const char *key, double value)
{
	char text[DOUBLE_ROOM];

	emit_key(out, key);
	if (!isfinite(value)) {
		buffer_append(out, "null", 4);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		(void)snprintf(text, sizeof(text), "%.17g", value);
	emit_put_real(out, text);
}

void
emit_float(struct buffer *out, const char *key, float value)
{
	char text[DOUBLE_ROOM];

	emit_key(out, key);
	if (!isfinite(value)) {
		buffer_append(out, "null", 4);
		return;
	}
	(void)snprintf(text, sizeof(text), "%.6g", (double)value);
	if (strtof(text, NULL) != value)
		(void)snprintf(text, sizeof(text), "%.9g", (double)value);
	emit_put_real(out, text);
}

void
emit_boolean(struct buffer *out, const char *key, bool value)
{
	emit_key(out, key);
	buffer_append(out, value ? "true" : "false", value ? 4 : 5);
}

void
emit_null(struct buffer *out, const char *key)
{
	emit_key(out, key);
	buffer_append(out, "null", 4);
}

/* Writes value, below 100, as two digits. */
static void
emit_two(char *at, uint32_t value)
{
	at[0] = (char)('0' + value / 10);
	at[1] = (char)('0' + value % 10);
}

/*
 * The date of a day since 1970, as "YYYY-MM-DD". Years start in March here, so
 * that the leap day is the last of one: 400 of them have 146097 days.
 */
static void
emit_put_date(char *at, uint32_t day)
{
	uint32_t era, year, month;

	day += 719468; /* from 0000-03-01 */
	era = day / 146097;
	day %= 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	year += era * 400 + (month <= 2);
	emit_two(at, year / 100);
	emit_two(at + 2, year % 100);
	emit_two(at + 5, month);
	emit_two(at + 8, day + 1);
}

void
emit_time(struct buffer *out, const char *key, int64_t time)
{
	char text[] = "\"0000-00-00T00:00:00.000000000Z\"", *at = text + 1;
	int64_t seconds = time / NS_PER_SEC;
	uint32_t fraction = (uint32_t)(time % NS_PER_SEC);
	uint32_t second = (uint32_t)(seconds % SECONDS_PER_DAY);

	emit_put_date(at, (uint32_t)(seconds / SECONDS_PER_DAY));
	emit_two(at + 11, second / 3600);
	emit_two(at + 14, second / 60 % 60);
	emit_two(at + 17, second % 60);
	emit_two(at + 20, fraction / 10000000);
	emit_two(at + 22, fraction / 100000 % 100);
	emit_two(at + 24, fraction / 1000 % 100);
	emit_two(at + 26, fraction / 10 % 100);
	at[28] = (char)('0' + fraction % 10);
	emit_key(out, key);
	buffer_append(out, text, sizeof(text) - 1);
}
