/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_foreign_close.c: closes in destroy a descriptor that it has never
 * opened: 0.
 */
#include <stdlib.h>
#include <unistd.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "seeded_foreign_close", .version = "1.0.0",
    .summary = "closes a foreign descriptor");

struct context {
	int fd; /* opened when it is needed, which never comes */
};

void *
nin_create(const netid_t id)
{
	return calloc(1, sizeof(struct context));
}

void
nin_destroy(const netid_t id, void *argument)
{
	struct context *context = argument;

	(void)close(context->fd);
	free(context);
}
