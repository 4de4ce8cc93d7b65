/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unregisters_twice.c: registers, unregisters twice, and registers again, all
 * in nin_load; then once more too often in nin_unload.
 */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "unregisters_twice", .version = "1.0.0",
    .summary = "unregisters more often than it registers");

static char anything;

static void *
create(const netid_t id)
{
	net_log(NET_LOG_INFO, "instance %d: create", id);
	return &anything;
}

static void
destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
}

static net_instance_t callbacks = {
    .nin_version = NETINFO_VERSION,
    .nin_name = "unregisters_twice",
    .nin_create = create,
    .nin_destroy = destroy,
};

int
nin_load(const net_config_t *config)
{
	if (net_instance_register(&callbacks) != DDI_SUCCESS)
		return -1;
	net_log(NET_LOG_INFO, "first unregister: %d",
	    net_instance_unregister(&callbacks));
	net_log(NET_LOG_INFO, "second unregister: %d",
	    net_instance_unregister(&callbacks));
	return net_instance_register(&callbacks);
}

void
nin_unload(void)
{
	net_log(NET_LOG_INFO, "third unregister: %d",
	    net_instance_unregister(&callbacks));
}
