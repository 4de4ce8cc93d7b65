/* SPDX-License-Identifier: Apache-2.0 */
/* data_symbol.c: there is something called nin_create, but it cannot run. */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "data_symbol", .version = "1.0.0",
    .summary = "nin_create is a number");

/* The header declares a function of that name, so C needs another one. */
extern int not_a_function __asm__("nin_create");
NETINST_EXPORT int not_a_function = 42;

void
nin_destroy(const netid_t id, void *context)
{
}
