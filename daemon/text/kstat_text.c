/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_text.c: one function for each type of value. Owns nothing; any thread
 * that may read the item.
 */
#include "text/kstat_text.h"

#include <stdint.h>
#include <string.h>

#include <netinst/kstat.h>

#include "base/check.h"
#include "lib/emit.h"

/* Bytes of a char statistic. */
#define CHAR_SIZE sizeof(((kstat_named_t *)0)->value.c)

static void
value_char(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_bytes(out, key, item->value, strnlen(item->value, CHAR_SIZE));
}

static void
value_int32(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_integer(out, key, *(const int32_t *)item->value);
}

static void
value_uint32(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_integer(out, key, *(const uint32_t *)item->value);
}

static void
value_int64(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_integer(out, key, *(const int64_t *)item->value);
}

static void
value_uint64(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_unsigned(out, key, *(const uint64_t *)item->value);
}

static void
value_float(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_float(out, key, *(const float *)item->value);
}

static void
value_double(struct buffer *out, const char *key, const struct kstat_item *item)
{
	emit_double(out, key, *(const double *)item->value);
}

static void
value_string(struct buffer *out, const char *key, const struct kstat_item *item)
{
	const char *text = *(char *const *)item->value;

	emit_text(out, key, text != NULL ? text : "");
}

static void
value_unknown(
    struct buffer *out, const char *key, const struct kstat_item *item)
{
	(void)item;
	emit_null(out, key);
}

/* Two hexadecimal digits for each byte. */
static void
value_raw(struct buffer *out, const char *key, const struct kstat_item *item)
{
	static const char digits[] = "0123456789abcdef";
	const uchar_t *bytes = item->value;
	char *at;

	emit_key(out, key);
	at = buffer_room(out, 2 * item->size + 2);
	*at++ = '"';
	for (size_t i = 0; i < item->size; i++) {
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	*at = '"';
	out->length += 2 * item->size + 2;
}

struct value_type {
	const char *name;
	void (*write)(
	    struct buffer *out, const char *key, const struct kstat_item *item);
};

/* By type; a kstat in a plugin's own memory may hold any other. */
static const struct value_type types[] = {
    [KSTAT_DATA_CHAR] = {"char", value_char},
    [KSTAT_DATA_INT32] = {"int32", value_int32},
    [KSTAT_DATA_UINT32] = {"uint32", value_uint32},
    [KSTAT_DATA_INT64] = {"int64", value_int64},
    [KSTAT_DATA_UINT64] = {"uint64", value_uint64},
    [KSTAT_DATA_FLOAT] = {"float", value_float},
    [KSTAT_DATA_DOUBLE] = {"double", value_double},
    [KSTAT_DATA_LONG] = {"int64", value_int64},
    [KSTAT_DATA_ULONG] = {"uint64", value_uint64},
    [KSTAT_DATA_STRING] = {"string", value_string},
};
static const struct value_type type_raw = {"raw", value_raw};
static const struct value_type type_unknown = {"unknown", value_unknown};

static const struct value_type *
value_type(uchar_t type)
{
	if (type == KSTAT_ITEM_RAW)
		return &type_raw;
	return type < ARRAY_LENGTH(types) ? &types[type] : &type_unknown;
}

const char *
kstat_text_type(const struct kstat_item *item)
{
	return value_type(item->type)->name;
}

void
kstat_text_value(
    struct buffer *out, const char *key, const struct kstat_item *item)
{
	value_type(item->type)->write(out, key, item);
}
