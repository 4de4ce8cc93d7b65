/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_overrun.c: has room for two protocols and writes down three.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_overrun", .version = "1.0.0",
    .summary = "writes past its memory");

#define ROOM 2

struct context {
	unsigned long count;
	long commands[];
};

void *
nin_create(const netid_t id)
{
	return calloc(1, sizeof(struct context) + (ROOM + 1) * sizeof(long));
}

int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	struct context *context = argument;

	context->commands[context->count++] = command;
	return 0;
}
