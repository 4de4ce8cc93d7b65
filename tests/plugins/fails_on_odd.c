/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fails_on_odd.c: create gives NULL on instances with an odd id, the first
 * time; a retry gets a context.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "fails_on_odd", .version = "1.0.0",
    .summary = "create fails now and then");

#define IDS 64

static _Atomic unsigned attempts[IDS];

void *
nin_create(const netid_t id)
{
	if (id % 2 != 0 && atomic_fetch_add(&attempts[id % IDS], 1) == 0) {
		net_log(NET_LOG_INFO, "instance %d: create fails", id);
		return NULL;
	}
	net_log(NET_LOG_INFO, "instance %d: create", id);
	return malloc(1);
}

void
nin_shutdown(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: shutdown", id);
}

void
nin_destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
	free(context);
}
