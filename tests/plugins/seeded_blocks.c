/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_blocks.c: waits two seconds in shutdown for something to settle.
 */
#include <time.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_blocks", .version = "1.0.0",
    .summary = "sleeps in shutdown");

void
nin_shutdown(const netid_t id, void *context)
{
	const struct timespec two_seconds = {.tv_sec = 2};

	(void)nanosleep(&two_seconds, NULL);
}
