/* SPDX-License-Identifier: Apache-2.0 */
/* load_hangs.c: nin_load never returns. */
#include "gate.h"
#include "harmless.h"

NETINST_PLUGIN(.name = "load_hangs", .version = "1.0.0",
    .summary = "nin_load never returns");

int
nin_load(const net_config_t *config)
{
	gate_configure(config);
	net_log(NET_LOG_INFO, "nin_load begins");
	gate_wait();
	net_log(NET_LOG_INFO, "nin_load ends");
	return 0;
}
