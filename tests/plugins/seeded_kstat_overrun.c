/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_kstat_overrun.c: has one statistic and counts in the second.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_kstat_overrun", .version = "1.0.0",
    .summary = "counts beyond its kstat");

void *
nin_create(const netid_t id)
{
	kstat_t *kstat = net_kstat_create(
	    id, "seeded", 0, "events", "net", KSTAT_TYPE_NAMED, 1, 0);

	if (kstat == NULL)
		return NULL;
	kstat_named_init(KSTAT_NAMED_PTR(kstat), "events", KSTAT_DATA_UINT64);
	kstat_install(kstat);
	return kstat;
}

int
nin_notify(hook_notify_cmd_t command, void *kstat, const char *netid,
    const char *none, const char *protocol)
{
	kstat_named_add_u64(&KSTAT_NAMED_PTR((kstat_t *)kstat)[1], 1);
	return 0;
}

void
nin_shutdown(const netid_t id, void *kstat)
{
	net_kstat_delete(id, kstat);
}
