/* SPDX-License-Identifier: Apache-2.0 */
/* newer_minor.c: as if compiled with the headers of a later daemon. */
#include "harmless.h"

#undef NETINST_ABI_MINOR
#define NETINST_ABI_MINOR 99

NETINST_PLUGIN(.name = "newer_minor", .version = "1.0.0",
    .summary = "for a later daemon");
