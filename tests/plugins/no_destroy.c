/* SPDX-License-Identifier: Apache-2.0 */
/* no_destroy.c: what it creates would never be destroyed. */
#include <stddef.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "no_destroy", .version = "1.0.0",
    .summary = "has no nin_destroy");

void *
nin_create(const netid_t id)
{
	return NULL;
}
