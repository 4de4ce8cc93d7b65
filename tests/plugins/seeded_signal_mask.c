/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_signal_mask.c: blocks a signal in create, on a thread of the daemon.
 */
#include <signal.h>

#include "harmless_end.h"

NETINST_PLUGIN(.name = "seeded_signal_mask", .version = "1.0.0",
    .summary = "changes a signal mask");

void *
nin_create(const netid_t id)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
	return &anything;
}
