/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complains.c: its create makes calls that are refused, as many as the setting
 * "calls" says, and logs as many lines of its own.
 */
#include <stdlib.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "complains", .version = "1.0.0",
    .summary = "makes calls that are refused");

static long calls;

int
nin_load(const net_config_t *config)
{
	const char *text = net_config_get(config, "calls");

	calls = text != NULL ? strtol(text, NULL, 10) : 0;
	return 0;
}

void *
nin_create(const netid_t id)
{
	long i;

	for (i = 0; i < calls; i++) {
		(void)net_timeout(id, 1, NULL, NULL);
		net_log(NET_LOG_INFO, "call %ld", i);
	}
	return &anything;
}
