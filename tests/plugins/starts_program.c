/* SPDX-License-Identifier: Apache-2.0 */
/*
 * starts_program.c: its nin_load starts a program that runs for long, and
 * writes its process id to the file that the setting "pid" names.
 */
#include <stdio.h>
#include <stdlib.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "starts_program", .version = "1.0.0",
    .summary = "starts a program");

int
nin_load(const net_config_t *config)
{
	const char *path = net_config_get(config, "pid");
	char command[4200];

	if (path == NULL)
		return -1;
	(void)snprintf(command, sizeof(command),
	    "sleep 600 </dev/null >/dev/null 2>&1 & echo $! >'%s'", path);
	return system(command);
}
