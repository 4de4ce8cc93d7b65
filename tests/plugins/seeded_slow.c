/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_slow.c: takes more than a second for one instance of a thousand.
 */
#include <time.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_slow", .version = "1.0.0",
    .summary = "computes for too long");

static long
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void *
nin_create(const netid_t id)
{
	long end = now_ms() + 1200;

	while (id == 500 && now_ms() < end)
		;
	return &anything;
}
