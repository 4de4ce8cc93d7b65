/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_reply.c: the JSON of a kstat. A number stays exact: what a JSON number
 * may not hold is written as a decimal string (emit.c), so the type is written
 * beside each value.
 */
#include "ctl/method/kstat_reply.h"

#include <errno.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "lib/emit.h"
#include "ctl/serve/rpc.h"

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
	size_t i;

	emit_key(out, key);
	at = buffer_room(out, 2 * item->size + 2);
	*at++ = '"';
	for (i = 0; i < item->size; i++) {
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

static const char *const kstat_types[KSTAT_NUM_TYPES] = {
    [KSTAT_TYPE_RAW] = "raw",
    [KSTAT_TYPE_NAMED] = "named",
    [KSTAT_TYPE_INTR] = "interrupt",
    [KSTAT_TYPE_IO] = "io",
    [KSTAT_TYPE_TIMER] = "timer",
};

static void
kstat_reply_error(struct buffer *out, int error)
{
	emit_begin_object(out, "error");
	emit_text(out, "name", rpc_error_name(RPC_KSTAT_UNAVAILABLE));
	emit_integer(out, "errno", error);
	emit_end_object(out);
}

void
kstat_reply_begin(struct buffer *out, const struct instance *instance,
    const struct kstat_snapshot *snapshot)
{
	emit_begin_object(out, NULL);
	emit_text(out, "ip_instance", instance_name(instance));
	emit_integer(out, "ip_instance_id", instance_id(instance));
	emit_text(out, "module", snapshot->module);
	emit_integer(out, "instance", snapshot->instance);
	emit_text(out, "name", snapshot->name);
	emit_text(out, "class", snapshot->class);
	emit_text(out, "type", kstat_types[snapshot->type]);
	emit_integer(out, "crtime", snapshot->crtime);
	emit_integer(out, "snaptime", snapshot->snaptime);
	if (snapshot->error != 0)
		kstat_reply_error(out, snapshot->error);
	emit_begin_array(out, "statistics");
}

void
kstat_reply_statistic(struct buffer *out, const struct kstat_item *item)
{
	const struct value_type *type = value_type(item->type);

	emit_begin_object(out, NULL);
	emit_text(out, "name", item->name);
	emit_text(out, "type", type->name);
	if (item->type == KSTAT_ITEM_RAW)
		emit_integer(out, "size", (int64_t)item->size);
	type->write(out, "value", item);
	emit_end_object(out);
}

void
kstat_reply_value(
    struct buffer *out, const char *key, const struct kstat_item *item)
{
	value_type(item->type)->write(out, key, item);
}

void
kstat_reply_end(struct buffer *out)
{
	emit_end_array(out);
	emit_end_object(out);
}

void
kstat_reply_unavailable(struct buffer *out, const struct instance *instance)
{
	/* Which kstats there would have been only the strand could tell. */
	static const struct kstat_snapshot nothing = {
	    .type = KSTAT_TYPE_NAMED,
	    .error = ETIMEDOUT,
	};

	kstat_reply_begin(out, instance, &nothing);
	kstat_reply_end(out);
}
