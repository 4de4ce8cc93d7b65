/* SPDX-License-Identifier: Apache-2.0 */
/* wrong_magic.c: nin_plugin is something else's descriptor. */
#include "harmless.h"

#undef NETINST_PLUGIN_MAGIC
#define NETINST_PLUGIN_MAGIC 0x6e6f74206f757273ULL

NETINST_PLUGIN(.name = "wrong_magic", .version = "1.0.0",
    .summary = "not a plugin of this daemon");
