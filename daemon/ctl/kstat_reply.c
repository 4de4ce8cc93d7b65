/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_reply.c: the JSON of a kstat. A number stays exact: what a JSON number
 * may not hold is written as a decimal string (emit.c), so the type is written
 * beside each value.
 */
#include "ctl/kstat_reply.h"

#include <errno.h>
#include <string.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "ctl/emit.h"
#include "ctl/rpc.h"

static void
value_char(struct buffer *out, const kstat_named_t *named)
{
	emit_bytes(out, "value", named->value.c,
	    strnlen(named->value.c, sizeof(named->value.c)));
}

static void
value_int32(struct buffer *out, const kstat_named_t *named)
{
	emit_integer(out, "value", named->value.i32);
}

static void
value_uint32(struct buffer *out, const kstat_named_t *named)
{
	emit_integer(out, "value", named->value.ui32);
}

static void
value_int64(struct buffer *out, const kstat_named_t *named)
{
	emit_integer(out, "value", named->value.i64);
}

static void
value_uint64(struct buffer *out, const kstat_named_t *named)
{
	emit_unsigned(out, "value", named->value.ui64);
}

static void
value_float(struct buffer *out, const kstat_named_t *named)
{
	emit_float(out, "value", named->value.f);
}

static void
value_double(struct buffer *out, const kstat_named_t *named)
{
	emit_double(out, "value", named->value.d);
}

static void
value_string(struct buffer *out, const kstat_named_t *named)
{
	const char *text = KSTAT_NAMED_STR_PTR(named);

	emit_text(out, "value", text != NULL ? text : "");
}

static void
value_unknown(struct buffer *out, const kstat_named_t *named)
{
	(void)named;
	emit_null(out, "value");
}

struct value_type {
	const char *name;
	void (*write)(struct buffer *out, const kstat_named_t *named);
};

/* By data_type; a kstat in a plugin's own memory may hold any other. */
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
static const struct value_type type_unknown = {"unknown", value_unknown};

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
	emit_text(out, "type", "named");
	emit_integer(out, "crtime", snapshot->crtime);
	emit_integer(out, "snaptime", snapshot->snaptime);
	if (snapshot->error != 0)
		kstat_reply_error(out, snapshot->error);
	emit_begin_array(out, "statistics");
}

void
kstat_reply_statistic(struct buffer *out, const kstat_named_t *named)
{
	const struct value_type *type = named->data_type < ARRAY_LENGTH(types)
					    ? &types[named->data_type]
					    : &type_unknown;

	emit_begin_object(out, NULL);
	emit_bytes(out, "name", named->name,
	    strnlen(named->name, sizeof(named->name)));
	emit_text(out, "type", type->name);
	type->write(out, named);
	emit_end_object(out);
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
	static const struct kstat_snapshot nothing = {.error = ETIMEDOUT};

	kstat_reply_begin(out, instance, &nothing);
	kstat_reply_end(out);
}
