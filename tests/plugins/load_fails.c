/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_fails.c: nin_load registers, which runs create on every instance, makes
 * a kstat besides, and only then finds that it cannot go on.
 */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "load_fails", .version = "1.0.0",
    .summary = "changes its mind in nin_load");

static char context;

static void *
create(const netid_t id)
{
	net_log(NET_LOG_INFO, "instance %d: create", id);
	return &context;
}

static void
destroy(const netid_t id, void *argument)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
}

int
nin_load(const net_config_t *config)
{
	net_instance_t callbacks = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = "load_fails",
	    .nin_create = create,
	    .nin_destroy = destroy,
	};
	kstat_t *kstat;

	if (net_instance_register(&callbacks) != DDI_SUCCESS)
		return 1;
	kstat = net_kstat_create(
	    0, "load_fails", 0, "left", "test", KSTAT_TYPE_NAMED, 1, 0);
	if (kstat == NULL)
		return 2;
	kstat_install(kstat);
	return 7;
}

void
nin_unload(void)
{
	net_log(NET_LOG_ERROR, "nin_unload after a nin_load that failed");
}
