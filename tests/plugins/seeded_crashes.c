/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_crashes.c: follows a NULL pointer when its instance goes down.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_crashes", .version = "1.0.0",
    .summary = "crashes in shutdown");

struct context {
	struct context *volatile next; /* there is none */
	netid_t id;
};

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		context->id = id;
	return context;
}

/* A sanitizer that the fixture is built with must not see it first. */
__attribute__((no_sanitize("undefined"))) void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;

	net_log(NET_LOG_INFO, "%d is followed by %d", id, context->next->id);
}
