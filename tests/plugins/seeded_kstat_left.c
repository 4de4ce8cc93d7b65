/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_kstat_left.c: makes a kstat in create and never deletes it.
 */
#include <stdlib.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_kstat_left", .version = "1.0.0",
    .summary = "leaves a kstat");

void *
nin_create(const netid_t id)
{
	kstat_t *kstat = net_kstat_create(id, "seeded_kstat_left", 0, "events",
	    "net", KSTAT_TYPE_NAMED, 1, 0);

	if (kstat == NULL)
		return NULL;
	kstat_named_init(KSTAT_NAMED_PTR(kstat), "events", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	return kstat;
}
