/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_kstat_after_delete.c: deletes its kstat in shutdown and counts once
 * more in destroy, through the pointer to the statistic that it has kept.
 */
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "seeded_kstat_after_delete", .version = "1.0.0",
    .summary = "counts in a deleted kstat");

struct context {
	kstat_t *kstat;
	kstat_named_t *events;
};

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->kstat = net_kstat_create(
	    id, "seeded", 0, "events", "net", KSTAT_TYPE_NAMED, 1, 0);
	if (context->kstat == NULL) {
		free(context);
		return NULL;
	}
	context->events = KSTAT_NAMED_PTR(context->kstat);
	kstat_named_init(context->events, "events", KSTAT_DATA_UINT64);
	kstat_install(context->kstat);
	return context;
}

void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;

	net_kstat_delete(id, context->kstat);
}

void
nin_destroy(const netid_t id, void *argument)
{
	struct context *context = argument;

	kstat_named_add_u64(context->events, 1);
	free(context);
}
