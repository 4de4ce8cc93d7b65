/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_text.c: one case for each type of value. Owns nothing; any thread that
 * may read the item.
 */
#include "text/kstat_text.h"

#include <stdint.h>
#include <string.h>

#include <netinst/kstat.h>

#include "base/check.h"
#include "lib/emit.h"

/* Bytes of a char statistic. */
#define CHAR_SIZE sizeof(((kstat_named_t *)0)->value.c)

/* Two hexadecimal digits for each byte. */
static void
kstat_text_raw(
    struct buffer *out, const char *key, const struct kstat_item *item)
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

/* By type; a kstat in a plugin's own memory may hold any other. */
static const char *const type_names[] = {
    [KSTAT_DATA_CHAR] = "char",
    [KSTAT_DATA_INT32] = "int32",
    [KSTAT_DATA_UINT32] = "uint32",
    [KSTAT_DATA_INT64] = "int64",
    [KSTAT_DATA_UINT64] = "uint64",
    [KSTAT_DATA_FLOAT] = "float",
    [KSTAT_DATA_DOUBLE] = "double",
    [KSTAT_DATA_LONG] = "int64",
    [KSTAT_DATA_ULONG] = "uint64",
    [KSTAT_DATA_STRING] = "string",
};

const char *
kstat_text_type(const struct kstat_item *item)
{
	if (item->type == KSTAT_ITEM_RAW)
		return "raw";
	return item->type < ARRAY_LENGTH(type_names) ? type_names[item->type]
						     : "unknown";
}

void
kstat_text_value(
    struct buffer *out, const char *key, const struct kstat_item *item)
{
	const void *value = item->value;
	const char *text;

	switch (item->type) {
	case KSTAT_DATA_CHAR:
		emit_bytes(out, key, value, strnlen(value, CHAR_SIZE));
		return;
	case KSTAT_DATA_INT32:
		emit_integer(out, key, *(const int32_t *)value);
		return;
	case KSTAT_DATA_UINT32:
		emit_integer(out, key, *(const uint32_t *)value);
		return;
	case KSTAT_DATA_INT64:
	case KSTAT_DATA_LONG:
		emit_integer(out, key, *(const int64_t *)value);
		return;
	case KSTAT_DATA_UINT64:
	case KSTAT_DATA_ULONG:
		emit_unsigned(out, key, *(const uint64_t *)value);
		return;
	case KSTAT_DATA_FLOAT:
		emit_float(out, key, *(const float *)value);
		return;
	case KSTAT_DATA_DOUBLE:
		emit_double(out, key, *(const double *)value);
		return;
	case KSTAT_DATA_STRING:
		text = *(char *const *)value;
		emit_text(out, key, text != NULL ? text : "");
		return;
	case KSTAT_ITEM_RAW:
		kstat_text_raw(out, key, item);
		return;
	default:
		emit_null(out, key);
	}
}
