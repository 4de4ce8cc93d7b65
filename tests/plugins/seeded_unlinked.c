/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_unlinked.c: uses a library that it is not linked with, but netinstd
 * is.
 */
#include "harmless_end.h"

/* Of libjansson. */
void *json_object(void);

NETINST_PLUGIN(.name = "seeded_unlinked", .version = "1.0.0",
    .summary = "uses a library without linking it");

void *
nin_create(const netid_t id)
{
	return json_object() == NULL ? NULL : &anything;
}
