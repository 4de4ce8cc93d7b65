/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registers_in_create.c: the first create registers another registrant, whose
 * create then has to come for every instance, this one too.
 */
#include <stdatomic.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "registers_in_create", .version = "1.0.0",
    .summary = "registers a second registrant inside create");

static char anything;
static atomic_flag registered = ATOMIC_FLAG_INIT;

static void *
second_create(const netid_t id)
{
	net_log(NET_LOG_INFO, "instance %d: second create", id);
	return &anything;
}

static void
second_destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: second destroy", id);
}

void *
nin_create(const netid_t id)
{
	net_instance_t second = {
	    .nin_version = NETINFO_VERSION,
	    .nin_name = "second",
	    .nin_create = second_create,
	    .nin_destroy = second_destroy,
	};

	net_log(NET_LOG_INFO, "instance %d: first create", id);
	if (!atomic_flag_test_and_set(&registered))
		net_log(NET_LOG_INFO, "instance %d: registering in create: %d",
		    id, net_instance_register(&second));
	return &anything;
}

void
nin_destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: first destroy", id);
}
