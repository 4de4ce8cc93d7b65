/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_memory_left.c: forgets the label of a context when it frees the
 * context.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_memory_left", .version = "1.0.0",
    .summary = "leaves memory");

struct context {
	char *label;
};

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		context->label = malloc(32);
	return context;
}
