/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_identity.c: see history_identity.h. Numbers of instances begin again
 * with each daemon, and ids of namespaces with each boot: a record tells both.
 */
#include "history/history_identity.h"

#include <string.h>

#include "history/history_living.h"
#include "lib/emit.h"
#include "source/netns/netns.h"

/* Its names, twice: as JSON, and for the pattern of a question. */
struct called {
	struct buffer *json, *plain;
};

/* A name_visit_fn. */
static void
identity_write_name(void *arg, const char *name, bool had)
{
	const struct called *called = arg;

	(void)had;
	emit_text(called->json, NULL, name);
	if (called->plain->length > 0)
		emit_raw_byte(called->plain, '\n');
	buffer_append(called->plain, name, strlen(name));
}

void
history_write_identity(
    struct buffer *out, struct instance *instance, struct buffer *names)
{
	struct called called = {out, names};
	struct netns_view view;

	emit_begin_object(out, NULL);
	emit_integer(out, "instance", instance_id(instance));
	emit_text(out, "source", instance_source(instance));
	if (netns_describe(instance, &view)) {
		emit_unsigned(out, "kernel_id", view.id);
		emit_boolean(out, "weak", view.weak);
	}
	emit_begin_array(out, "names");
	instance_visit_names(instance, identity_write_name, &called);
	emit_end_array(out);
	emit_text(out, "boot", history_boot());
	emit_time(out, "life", history_life());
	emit_time(out, "created", instance_created(instance));
}
