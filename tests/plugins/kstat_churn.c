/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kstat_churn.c: kstats come and go in every create, as those of connections
 * do: the address of one that went is soon that of another instance's.
 */
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "kstat_churn", .version = "1.0.0",
    .summary = "kstats that come and go");

#define CONNECTIONS 50

void *
nin_create(const netid_t id)
{
	kstat_t *kstat;

	for (int i = 0; i < CONNECTIONS; i++) {
		kstat = net_kstat_create(id, "churn", 0, "connection", "net",
		    KSTAT_TYPE_NAMED, 1, 0);
		if (kstat == NULL)
			continue;
		kstat_named_init(
		    KSTAT_NAMED_PTR(kstat), "packets", KSTAT_DATA_UINT64);
		kstat_install(kstat);
		net_kstat_delete(id, kstat);
	}
	return malloc(1);
}

void
nin_destroy(const netid_t id, void *context)
{
	(void)id;
	free(context);
}
