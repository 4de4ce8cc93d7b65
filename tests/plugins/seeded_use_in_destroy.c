/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_use_in_destroy.c: frees the context in shutdown, and looks into it in
 * destroy.
 */
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "seeded_use_in_destroy", .version = "1.0.0",
    .summary = "uses in destroy what shutdown has freed");

struct context {
	netid_t id;
	unsigned long protocols;
};

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		context->id = id;
	return context;
}

void
nin_shutdown(const netid_t id, void *context)
{
	free(context);
}

void
nin_destroy(const netid_t id, void *argument)
{
	struct context *context = argument;

	net_log(NET_LOG_INFO, "instance %d had %lu protocols", id,
	    context->protocols);
}
