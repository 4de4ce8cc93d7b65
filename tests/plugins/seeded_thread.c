/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_thread.c: starts a thread in nin_load and lets it run on.
 */
#include <pthread.h>
#include <unistd.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_thread", .version = "1.0.0",
    .summary = "leaves a thread");

static void *
run_on(void *argument)
{
	for (;;)
		(void)pause();
	return NULL;
}

int
nin_load(const net_config_t *config)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_on, NULL) != 0)
		return -1;
	return pthread_detach(thread);
}
