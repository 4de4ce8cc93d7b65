/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_create.c: create takes its time on every instance but the global one:
 * until the file that the setting "gate" names is there. Without it, none.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "slow_create", .version = "1.0.0",
    .summary = "a create that takes its time");

static char gate[4096];

int
nin_load(const net_config_t *config)
{
	const char *setting = net_config_get(config, "gate");

	if (setting != NULL)
		(void)snprintf(gate, sizeof(gate), "%s", setting);
	return 0;
}

void *
nin_create(const netid_t id)
{
	const struct timespec nap = {.tv_nsec = 1000000};

	while (
	    id != GLOBAL_ZONEID && gate[0] != '\0' && access(gate, F_OK) != 0)
		(void)nanosleep(&nap, NULL);
	return &anything;
}
