/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_reply.c: the JSON of a kstat. A number may be written as a decimal
 * string (kstat_text.h), so the type is written beside each value.
 */
#include "ctl/method/kstat_reply.h"

#include <errno.h>

#include <netinst/rpc.h>

#include "ctl/serve/rpc.h"
#include "lib/emit.h"
#include "text/kstat_text.h"

static const char *const kstat_types[KSTAT_NUM_TYPES] = {
    [KSTAT_TYPE_RAW] = "raw",
    [KSTAT_TYPE_NAMED] = "named",
    [KSTAT_TYPE_INTR] = "interrupt",
    [KSTAT_TYPE_IO] = "io",
    [KSTAT_TYPE_TIMER] = "timer",
};

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
	if (snapshot->error != 0) {
		emit_begin_object(out, "error");
		emit_text(out, "name", rpc_error_name(RPC_KSTAT_UNAVAILABLE));
		emit_integer(out, "errno", snapshot->error);
		emit_end_object(out);
	}
	emit_begin_array(out, "statistics");
}

void
kstat_reply_statistic(struct buffer *out, const struct kstat_item *item)
{
	emit_begin_object(out, NULL);
	emit_text(out, "name", item->name);
	emit_text(out, "type", kstat_text_type(item));
	if (item->type == KSTAT_ITEM_RAW)
		emit_integer(out, "size", (int64_t)item->size);
	kstat_text_value(out, "value", item);
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
	/* Only the strand could tell which kstats there are. */
	static const struct kstat_snapshot nothing = {
	    .type = KSTAT_TYPE_NAMED,
	    .error = ETIMEDOUT,
	};

	kstat_reply_begin(out, instance, &nothing);
	kstat_reply_end(out);
}
