/* SPDX-License-Identifier: Apache-2.0 */
/* unknown_flags.c: asks for something that no daemon gives. */
#include "harmless.h"

NETINST_PLUGIN(.name = "unknown_flags", .version = "1.0.0",
    .summary = "wants more than there is",
    .flags = NETINST_PLUGIN_INSIDE | 0x80U);
