/* SPDX-License-Identifier: Apache-2.0 */
/* registers_nothing.c: leaves registering to nin_load, which forgets it. */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "registers_nothing", .version = "1.0.0",
    .summary = "forgets to register");

int
nin_load(const net_config_t *config)
{
	return 0;
}

void
nin_unload(void)
{
	net_log(NET_LOG_INFO, "nin_unload");
}
