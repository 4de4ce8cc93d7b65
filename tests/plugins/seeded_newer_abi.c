/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_newer_abi.c: asks for a plugin interface that is still to come.
 */
#include "harmless.h"

NETINST_EXPORT const net_plugin_t nin_plugin = {
    .magic = NETINST_PLUGIN_MAGIC,
    .abi_major = NETINST_ABI_MAJOR,
    .abi_minor = NETINST_ABI_MINOR + 1,
    .size = sizeof(net_plugin_t),
    .name = "seeded_newer_abi",
    .version = "1.0.0",
    .summary = "needs a newer interface",
};
