/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleeps.c: on the instance that the setting "instance" names, each callback
 * takes 2 seconds, as one would that talks to a slow device.
 */
#include <time.h>

#include "gate.h"

NETINST_PLUGIN(.name = "sleeps", .version = "1.0.0",
    .summary = "every callback sleeps for two seconds");

static char anything;

static void
doze(netid_t id, const char *callback)
{
	const struct timespec two_seconds = {.tv_sec = 2};

	net_log(NET_LOG_INFO, "instance %d: %s begins", id, callback);
	if (id == gate_instance)
		(void)nanosleep(&two_seconds, NULL);
	net_log(NET_LOG_INFO, "instance %d: %s ends", id, callback);
}

int
nin_load(const net_config_t *config)
{
	gate_configure(config);
	return 0;
}

void *
nin_create(const netid_t id)
{
	doze(id, "create");
	return &anything;
}

void
nin_shutdown(const netid_t id, void *context)
{
	doze(id, "shutdown");
}

void
nin_destroy(const netid_t id, void *context)
{
	doze(id, "destroy");
}
