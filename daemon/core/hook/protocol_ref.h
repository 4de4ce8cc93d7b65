/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_ref.h: private to core/: holding on to the protocol behind a
 * plugin's handle for the length of one documented call, whoever provides it.
 *
 *   if (!protocol_ref_take(&ref, handle))
 *           return -1;
 *   ...
 *   protocol_ref_release(&ref);
 *
 * A provider's functions are hooks to whatever they call: nothing waits in
 * them, so nothing waits for itself. A withdrawal waits for those under way as
 * it does for hooks (hook_run_wait()).
 */
#ifndef NETINST_CORE_PROTOCOL_REF_H
#define NETINST_CORE_PROTOCOL_REF_H

#include "core/callback/frame.h"
#include "core/hook/hook_run.h"
#include "core/hook/protocol.h"

struct protocol_ref {
	struct instance *instance; /* a reference */
	struct net_data *protocol; /* pinned */
	/*
	 * NULL: the protocol is the framework's own. Otherwise its functions
	 * may be called, as hooks of their plugin.
	 */
	const net_protocol_t *provider;
	struct frame frame; /* while there is one */
};

/*
 * False, with nothing to release, when the protocol is announced gone or never
 * was there. Any thread; takes the instance's lock, and gives it back.
 */
bool protocol_ref_take(struct protocol_ref *ref, net_handle_t handle);
void protocol_ref_release(struct protocol_ref *ref);

/*
 * The same, but one of the framework's own is not pinned: its instance's lock
 * is held until protocol_ref_unlock(), so it stays there as long.
 */
bool protocol_ref_lock(struct protocol_ref *ref, net_handle_t handle);
void protocol_ref_unlock(struct protocol_ref *ref);

/*
 * The provider's protocol is gone, so nobody begins to use it any more: those
 * who do count as of this epoch, its registrant and its owner. Strand.
 */
void provider_drain(struct provider *provider, uint64_t epoch);

/* Whether a provider that is drained is still used. */
bool providers_are_used(const struct hook_drain *drain);

#endif
