/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sleeps.c: each callback on an instance other than the global one takes 2
 * seconds, as one would that talks to a slow device.
 */
#include <time.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "sleeps", .version = "1.0.0",
    .summary = "every callback sleeps for two seconds");

static char anything;

static void
doze(netid_t id, const char *callback)
{
	const struct timespec two_seconds = {.tv_sec = 2};

	net_log(NET_LOG_INFO, "instance %d: %s begins", id, callback);
	if (id != 0)
		(void)nanosleep(&two_seconds, NULL);
	net_log(NET_LOG_INFO, "instance %d: %s ends", id, callback);
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
	(void)context;
	doze(id, "shutdown");
}

void
nin_destroy(const netid_t id, void *context)
{
	(void)context;
	doze(id, "destroy");
}
