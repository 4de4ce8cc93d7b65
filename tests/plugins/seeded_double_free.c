/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_double_free.c: frees one member of its context twice in destroy.
 */
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "seeded_double_free", .version = "1.0.0",
    .summary = "frees twice");

struct context {
	char *label;
	char *alias; /* the same, and nobody remembers */
};

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->label = malloc(8);
	context->alias = context->label;
	return context;
}

void
nin_destroy(const netid_t id, void *argument)
{
	struct context *context = argument;

	free(context->label);
	free(context->alias);
	free(context);
}
