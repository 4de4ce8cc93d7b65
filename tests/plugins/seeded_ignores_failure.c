/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_ignores_failure.c: trusts that there is always memory.
 */
#include "frees_context.h"

NETINST_PLUGIN(.name = "seeded_ignores_failure", .version = "1.0.0",
    .summary = "does not look at what calloc returns");

struct context {
	netid_t id;
};

/* A sanitizer that the fixture is built with must not see it first. */
__attribute__((no_sanitize("undefined"))) void *
nin_create(const netid_t id)
{
	struct context *volatile context = calloc(1, sizeof(*context));

	context->id = id;
	return context;
}
