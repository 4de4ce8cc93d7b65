/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_create_null.c: gives NULL on every second instance and does not say
 * why.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_create_null", .version = "1.0.0",
    .summary = "create fails in silence");

void *
nin_create(const netid_t id)
{
	return id % 2 == 0 ? &anything : NULL;
}
