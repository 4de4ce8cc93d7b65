/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_use_after_destroy.c: remembers a context and looks at it when it is
 * gone.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_use_after_destroy", .version = "1.0.0",
    .summary = "uses a context after destroy");

struct context {
	unsigned long protocols;
};

/* Of the instance that came last. */
static struct context *volatile latest;

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		latest = context;
	return context;
}

void
nin_unload(void)
{
	if (latest != NULL)
		net_log(NET_LOG_INFO, "%lu protocols", latest->protocols);
}
