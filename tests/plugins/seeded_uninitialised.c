/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_uninitialised.c: counts protocols from whatever its memory holds.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_uninitialised", .version = "1.0.0",
    .summary = "uses memory that was never set");

struct context {
	unsigned long protocols; /* nobody sets it */
	kstat_t *kstat;
};

void *
nin_create(const netid_t id)
{
	struct context *context = malloc(sizeof(*context));

	if (context == NULL)
		return NULL;
	context->kstat = net_kstat_create(
	    id, "seeded", 0, "events", "net", KSTAT_TYPE_NAMED, 1, 0);
	if (context->kstat == NULL) {
		free(context);
		return NULL;
	}
	kstat_named_init(
	    KSTAT_NAMED_PTR(context->kstat), "protocols", KSTAT_DATA_UINT64);
	kstat_install(context->kstat);
	return context;
}

int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	struct context *context = argument;

	if (command == HN_REGISTER)
		kstat_named_set_u64(
		    KSTAT_NAMED_PTR(context->kstat), ++context->protocols);
	return 0;
}

void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;

	net_kstat_delete(id, context->kstat);
}
