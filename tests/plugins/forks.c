/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forks.c: makes processes with fork(), none of which comes back. Setting:
 * how=end (they end, and are waited for), stay (they leave the session and
 * sleep), hang (likewise, and are waited for).
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "forks", .version = "1.0.0",
    .summary = "makes processes with fork()");

static char context, how;

int
nin_load(const net_config_t *config)
{
	const char *setting = net_config_get(config, "how");

	how = setting != NULL ? setting[0] : 'e';
	return 0;
}

static void
stay(void)
{
	(void)setsid();
	for (;;)
		(void)pause();
}

void *
nin_create(const netid_t id)
{
	pid_t child = fork();

	if (child == 0 && how == 'e')
		_exit(7);
	if (child == 0 && (how == 's' || how == 'h'))
		stay();
	if (child > 0 && (how == 'e' || how == 'h'))
		(void)waitpid(child, NULL, 0);
	return &context;
}

void
nin_unload(void)
{
}
