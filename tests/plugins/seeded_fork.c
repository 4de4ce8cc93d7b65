/* SPDX-License-Identifier: Apache-2.0 */
/* seeded_fork.c: makes a copy of the process and forgets to end it. */
#include <unistd.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_fork", .version = "1.0.0",
    .summary = "forks, and goes on in both processes");

void *
nin_create(const netid_t id)
{
	if (id == 1 && fork() < 0)
		net_log(NET_LOG_WARNING, "no process");
	return &anything;
}
