/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit.h: writes JSON text straight to the end of a buffer, without
 * building a tree first.
 *
 * Each function takes the member's name, or NULL for an element of an array.
 * There is no state beside the buffer: a comma is due unless the last byte
 * opens something. Names are literals of plain ASCII; text may be anything:
 * what is not UTF-8 comes out as U+FFFD. Brackets must pair; a value that was
 * begun can be taken back by restoring the buffer's length.
 */
#ifndef NETINST_LIB_EMIT_H
#define NETINST_LIB_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/buffer.h"

/* Writes the comma that is due, then the name; what each value starts with. */
static inline void
emit_key(struct buffer *out, const char *key)
{
	size_t length = key != NULL ? strlen(key) : 0;
	char *at = buffer_room(out, length + 4), *start = at;
	char last = out->length > 0 ? at[-1] : '\n';

	if (last != '{' && last != '[' && last != ':' && last != '\n')
		*at++ = ',';
	if (key != NULL) {
		*at++ = '"';
		(void)memcpy(at, key, length);
		at += length;
		*at++ = '"';
		*at++ = ':';
	}
	out->length += (size_t)(at - start);
}

static inline void
emit_raw_byte(struct buffer *out, char byte)
{
	*buffer_room(out, 1) = byte;
	out->length++;
}

static inline void
emit_begin_object(struct buffer *out, const char *key)
{
	emit_key(out, key);
	emit_raw_byte(out, '{');
}

static inline void
emit_end_object(struct buffer *out)
{
	emit_raw_byte(out, '}');
}

static inline void
emit_begin_array(struct buffer *out, const char *key)
{
	emit_key(out, key);
	emit_raw_byte(out, '[');
}

static inline void
emit_end_array(struct buffer *out)
{
	emit_raw_byte(out, ']');
}

/* The value itself, as the functions below write it after the name. */
void emit_put_text(struct buffer *out, const char *text, size_t length);
void emit_put_integer(struct buffer *out, int64_t value);
void emit_put_unsigned(struct buffer *out, uint64_t value);

static inline void
emit_text(struct buffer *out, const char *key, const char *text)
{
	emit_key(out, key);
	emit_put_text(out, text, strlen(text));
}

/* text: length bytes, without a NUL. */
static inline void
emit_bytes(struct buffer *out, const char *key, const char *text, size_t length)
{
	emit_key(out, key);
	emit_put_text(out, text, length);
}

/* Integers beyond RPC_INTEGER_MAX are written as decimal strings. */
static inline void
emit_integer(struct buffer *out, const char *key, int64_t value)
{
	emit_key(out, key);
	emit_put_integer(out, value);
}

static inline void
emit_unsigned(struct buffer *out, const char *key, uint64_t value)
{
	emit_key(out, key);
	emit_put_unsigned(out, value);
}

/* The shortest decimal number that reads back as value; null if not finite. */
void emit_double(struct buffer *out, const char *key, double value);

/* The same for a number that was a float. */
void emit_float(struct buffer *out, const char *key, float value);

void emit_boolean(struct buffer *out, const char *key, bool value);
void emit_null(struct buffer *out, const char *key);

/* A moment in nanoseconds since 1970: "2026-11-23T08:00:00.123456789Z". */
void emit_time(struct buffer *out, const char *key, int64_t time);

#endif
