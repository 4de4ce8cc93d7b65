/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_free_in_shutdown.c: frees the context in shutdown, and in destroy,
 * which still gets it.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_free_in_shutdown", .version = "1.0.0",
    .summary = "frees its context in shutdown");

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
