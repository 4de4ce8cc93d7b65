/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_foreign_unregister.c: unregisters a protocol that it has only looked
 * up.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_foreign_unregister", .version = "1.0.0",
    .summary = "unregisters what is not its own");

void *
nin_create(const netid_t id)
{
	net_handle_t handle = net_protocol_lookup(id, NHF_INET);

	if (handle != NULL) {
		(void)net_protocol_unregister(handle);
		(void)net_protocol_release(handle);
	}
	return &anything;
}
