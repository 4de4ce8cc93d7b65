/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaves_things.c: forgets to delete its kstats, to end its notify
 * registrations, and to stop the thread that nin_load started. That thread
 * logs a line for each time it comes round, also after the plugin was unloaded.
 */
#include <pthread.h>
#include <time.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "leaves_things", .version = "1.0.0",
    .summary = "leaves a kstat, a notify registration and a thread behind");

static void *
run_on(void *argument)
{
	const struct timespec while_away = {.tv_nsec = 20000000};
	unsigned long round;

	for (round = 1;; round++) {
		(void)nanosleep(&while_away, NULL);
		net_log(NET_LOG_INFO, "the thread runs on: round %lu", round);
	}
	return NULL;
}

static int
protocol(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *name)
{
	net_log(NET_LOG_INFO, "instance %s: protocol %s", netid, name);
	return 0;
}

int
nin_load(const net_config_t *config)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_on, NULL) != 0)
		return -1;
	return pthread_detach(thread);
}

void *
nin_create(const netid_t id)
{
	kstat_t *kstat = net_kstat_create(
	    id, "leaves_things", 0, "left", "test", KSTAT_TYPE_NAMED, 1, 0);

	if (kstat == NULL)
		return NULL;
	kstat_install(kstat);
	(void)net_instance_notify_register(id, protocol, NULL);
	return &anything;
}
