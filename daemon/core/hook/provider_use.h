/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provider_use.h: private to core/: calls into the functions of a protocol that
 * a plugin provides, which any thread makes. A withdrawal waits for those under
 * way as it does for hooks (hook_run_wait()), and they are hooks to whatever
 * they call: nothing waits in them, so nothing waits for itself.
 */
#ifndef NETINST_CORE_PROVIDER_USE_H
#define NETINST_CORE_PROVIDER_USE_H

#include "core/callback/frame.h"
#include "core/hook/hook_run.h"
#include "core/hook/protocol.h"

struct provider_use {
	struct provider *provider;
	struct frame frame;
};

/*
 * Counts a use; the lock of the instance is held, where the protocol is listed
 * and not gone.
 */
void provider_use_count(struct provider *provider);

/* Without a lock: from here on its functions may be called. */
void provider_use_begin(struct provider_use *use, struct provider *provider);
/* Before the pin of its protocol is given up. */
void provider_use_end(struct provider_use *use);
/* The same for one whose frame is gone: see held.h. */
void provider_use_uncount(struct provider *provider);

/*
 * Its protocol is gone, so nobody begins to use it any more: those who do count
 * as of this epoch, its registrant and its owner. Strand.
 */
void provider_drain(struct provider *provider, uint64_t epoch);

/* Whether one that is drained is still used. */
bool providers_are_used(const struct hook_drain *drain);

#endif
