/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_notify_twice.c: registers the same function twice on each instance.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_notify_twice", .version = "1.0.0",
    .summary = "registers a notification twice");

static int
protocol(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *name)
{
	return 0;
}

void *
nin_create(const netid_t id)
{
	(void)net_instance_notify_register(id, protocol, &anything);
	(void)net_instance_notify_register(id, protocol, NULL);
	return &anything;
}

void
nin_shutdown(const netid_t id, void *context)
{
	(void)net_instance_notify_unregister(id, protocol);
}
