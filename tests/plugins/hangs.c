/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hangs.c: the callback that the setting "callback" names never returns on the
 * instance that the setting "instance" names, the first time it is called.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"

NETINST_PLUGIN(.name = "hangs", .version = "1.0.0",
    .summary = "a callback that never returns");

static char anything, hanging[16];
static atomic_flag hung = ATOMIC_FLAG_INIT;

static void
maybe_hang(netid_t id, const char *callback)
{
	net_log(NET_LOG_INFO, "instance %d: %s begins", id, callback);
	if (id == gate_instance && strcmp(callback, hanging) == 0 &&
	    !atomic_flag_test_and_set(&hung))
		gate_wait();
	net_log(NET_LOG_INFO, "instance %d: %s ends", id, callback);
}

int
nin_load(const net_config_t *config)
{
	const char *callback = net_config_get(config, "callback");

	if (callback == NULL)
		return -1;
	(void)snprintf(hanging, sizeof(hanging), "%s", callback);
	gate_configure(config);
	return 0;
}

void *
nin_create(const netid_t id)
{
	maybe_hang(id, "create");
	return &anything;
}

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	maybe_hang((netid_t)strtol(netid, NULL, 10), "notify");
	return 0;
}

void
nin_shutdown(const netid_t id, void *context)
{
	maybe_hang(id, "shutdown");
}

void
nin_destroy(const netid_t id, void *context)
{
	maybe_hang(id, "destroy");
}
