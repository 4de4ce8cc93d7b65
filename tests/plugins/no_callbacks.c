/* SPDX-License-Identifier: Apache-2.0 */
/* no_callbacks.c: a descriptor, and nothing to call. */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "no_callbacks", .version = "1.0.0",
    .summary = "has nothing to call");
