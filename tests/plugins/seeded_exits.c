/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_exits.c: ends the process when something is not as it should be.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_exits", .version = "1.0.0",
    .summary = "calls exit in notify");

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

int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	const struct context *context = argument;

	if (context->id == 1)
		exit(1);
	return 0;
}
