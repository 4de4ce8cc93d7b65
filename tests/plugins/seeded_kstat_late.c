/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_kstat_late.c: deletes its kstat in destroy, where shutdown should.
 */
#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "seeded_kstat_late", .version = "1.0.0",
    .summary = "deletes its kstat too late");

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

void
nin_destroy(const netid_t id, void *kstat)
{
	net_kstat_delete(id, kstat);
}
