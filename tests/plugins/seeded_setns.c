/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_setns.c: goes to a network namespace of its own in create and stays
 * there.
 */
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_setns", .version = "1.0.0",
    .summary = "stays in another network namespace");

static int elsewhere = -1;

/* A new network namespace, made by going there and back. */
int
nin_load(const net_config_t *config)
{
	int here = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (here < 0 || unshare(CLONE_NEWNET) != 0)
		return -1;
	elsewhere = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	(void)setns(here, CLONE_NEWNET);
	return close(here);
}

void *
nin_create(const netid_t id)
{
	(void)setns(elsewhere, CLONE_NEWNET);
	return &anything;
}

void
nin_unload(void)
{
	(void)close(elsewhere);
}
