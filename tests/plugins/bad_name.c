/* SPDX-License-Identifier: Apache-2.0 */
/* bad_name.c: a name that would spoil paths and tables. */
#include "harmless.h"

NETINST_PLUGIN(.name = "../Bad Name", .version = "1.0.0",
    .summary = "a plugin with a bad name");
