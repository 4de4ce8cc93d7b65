/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_holds_mutex.c: leaves notify by a way out that does not release the
 * mutex.
 */
#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_holds_mutex", .version = "1.0.0",
    .summary = "returns with a mutex held");

static kmutex_t mutex;

int
nin_load(const net_config_t *config)
{
	mutex_init(&mutex, NULL, MUTEX_DEFAULT, NULL);
	return 0;
}

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	if (!mutex_tryenter(&mutex))
		return 0;
	if (command == HN_UNREGISTER)
		return 0;
	mutex_exit(&mutex);
	return 0;
}
