/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_create.c: create takes as many milliseconds as the setting "delay_ms"
 * says, on every instance but the global one; so a request that waits for it
 * waits long enough for a test to do something meanwhile.
 */
#include <stdlib.h>
#include <time.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "slow_create", .version = "1.0.0",
    .summary = "a create that takes its time");

static char anything;
static long delay_ms;

int
nin_load(const net_config_t *config)
{
	const char *delay = net_config_get(config, "delay_ms");

	if (delay != NULL)
		delay_ms = strtol(delay, NULL, 10);
	return 0;
}

void *
nin_create(const netid_t id)
{
	const struct timespec delay = {
	    .tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000};

	if (id != GLOBAL_ZONEID)
		(void)nanosleep(&delay, NULL);
	return &anything;
}

void
nin_destroy(const netid_t id, void *context)
{
	(void)id;
	(void)context;
}
