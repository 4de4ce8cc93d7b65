/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_notify_left.c: registers for notifications and never ends that.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_notify_left", .version = "1.0.0",
    .summary = "leaves a notify registration");

static int
protocol(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *name)
{
	return 0;
}

void *
nin_create(const netid_t id)
{
	(void)net_instance_notify_register(id, protocol, NULL);
	return &anything;
}
