/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seeded_signal_handler.c: wants SIGUSR1 for itself and does not give it back.
 */
#include <signal.h>

#include "harmless.h"

NETINST_PLUGIN(.name = "seeded_signal_handler", .version = "1.0.0",
    .summary = "changes a signal handler");

static volatile sig_atomic_t asked;

static void
ask(int number)
{
	asked = 1;
}

int
nin_load(const net_config_t *config)
{
	struct sigaction action = {.sa_handler = ask};

	return sigaction(SIGUSR1, &action, NULL);
}
