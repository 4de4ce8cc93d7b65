/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject.h: the packets that plugins inject, as the rest of the daemon sees
 * them. Any thread.
 */
#ifndef NETINST_CORE_INJECT_H
#define NETINST_CORE_INJECT_H

#include <stdint.h>

#include "core/object/instance.h"

/* Queued on one instance; beyond it net_inject() returns 1. */
#define INJECT_QUEUE_MAX 1024

/*
 * A hook that sees an injected packet may inject another, and so on: so long
 * may such a chain be, or a hook that injects what it sees would never end.
 */
#define INJECT_CHAIN_MAX 64

struct inject_counts {
	uint64_t received; /* came in by NI_QUEUE_IN, and passed the hooks */
	uint64_t sent;	   /* left by NI_QUEUE_OUT or NI_DIRECT_OUT */
	uint64_t lost;	   /* queued, and then stopped by a hook or shutdown */
	uint64_t queued;   /* now */
};
void inject_read_counts(
    const struct instance *instance, struct inject_counts *counts);

#endif
