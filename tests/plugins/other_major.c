/* SPDX-License-Identifier: Apache-2.0 */
/* other_major.c: as if compiled with the headers of an incompatible daemon. */
#include "harmless.h"

#undef NETINST_ABI_MAJOR
#define NETINST_ABI_MAJOR 2

NETINST_PLUGIN(.name = "other_major", .version = "1.0.0",
    .summary = "for another daemon");
