/* SPDX-License-Identifier: Apache-2.0 */
/* no_create.c: nothing would ever be created. */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "no_create", .version = "1.0.0",
    .summary = "has no nin_create");

void
nin_destroy(const netid_t id, void *context)
{
}
