/* SPDX-License-Identifier: Apache-2.0 */
/* seeded_hook_left.c: hangs a hook on an event and never takes it away. */
#include <string.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_hook_left", .version = "1.0.0",
    .summary = "leaves a hook");

static int
look(hook_event_token_t token, hook_data_t data, void *argument)
{
	return 0;
}

static void
register_hook(net_handle_t handle)
{
	hook_t *hook;

	HOOK_INIT(hook, look, "seeded_hook_left", NULL);
	if (net_hook_register(handle, NH_PHYSICAL_IN, hook) != 0)
		net_log(NET_LOG_WARNING, "no hook");
	hook_free(hook);
}

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	netid_t id = 0;
	net_handle_t handle;

	if (command != HN_REGISTER || strcmp(protocol, NHF_INET) != 0)
		return 0;
	for (; *netid != '\0'; netid++)
		id = id * 10 + *netid - '0';
	handle = net_protocol_lookup(id, protocol);
	if (handle != NULL) {
		register_hook(handle);
		(void)net_protocol_release(handle);
	}
	return 0;
}
