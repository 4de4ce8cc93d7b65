/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_call_refused.c: gives a mutex back that it does not hold.
 */
#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_call_refused", .version = "1.0.0",
    .summary = "makes calls that are refused");

static kmutex_t mutex;

int
nin_load(const net_config_t *config)
{
	mutex_init(&mutex, NULL, MUTEX_DEFAULT, NULL);
	return 0;
}

void *
nin_create(const netid_t id)
{
	mutex_exit(&mutex);
	return &anything;
}
