/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_hangs.c: waits in notify for a signal that never comes.
 */
#include <unistd.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_hangs", .version = "1.0.0",
    .summary = "does not return from notify");

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	for (;;)
		(void)pause();
}
