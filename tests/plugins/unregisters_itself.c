/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unregisters_itself.c: wants to leave from inside its own create and its own
 * shutdown, either of which it would then have to wait for.
 */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "unregisters_itself", .version = "1.0.0",
    .summary = "unregisters itself inside its own callbacks");

static char anything;

static void *create(const netid_t id);
static void destroy(const netid_t id, void *context);
static void shut_down(const netid_t id, void *context);

static net_instance_t callbacks = {
    .nin_version = NETINFO_VERSION,
    .nin_name = "unregisters_itself",
    .nin_create = create,
    .nin_destroy = destroy,
    .nin_shutdown = shut_down,
};

static void *
create(const netid_t id)
{
	net_log(NET_LOG_INFO, "instance %d: unregistering in create: %d", id,
	    net_instance_unregister(&callbacks));
	return &anything;
}

static void
shut_down(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: unregistering in shutdown: %d", id,
	    net_instance_unregister(&callbacks));
}

static void
destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
}

int
nin_load(const net_config_t *config)
{
	return net_instance_register(&callbacks);
}
