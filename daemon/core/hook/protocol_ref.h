/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protocol_ref.h: private to core/: holding on to the protocol behind a
 * plugin's handle for the length of one documented call, whoever provides it.
 *
 *   if (!protocol_ref_take(&ref, handle))
 *           return -1;
 *   ...
 *   protocol_ref_release(&ref);
 */
#ifndef NETINST_CORE_PROTOCOL_REF_H
#define NETINST_CORE_PROTOCOL_REF_H

#include "core/hook/protocol.h"
#include "core/hook/provider_use.h"

struct protocol_ref {
	struct instance *instance; /* a reference */
	struct net_data *protocol; /* pinned */
	/*
	 * NULL: the protocol is the framework's own. Otherwise its functions
	 * may be called, as hooks of their plugin.
	 */
	const net_protocol_t *provider;
	struct provider_use use; /* while there is one */
};

/*
 * False, with nothing to release, when the protocol is announced gone or never
 * was there. Any thread; takes the instance's lock, and gives it back.
 */
bool protocol_ref_take(struct protocol_ref *ref, net_handle_t handle);
void protocol_ref_release(struct protocol_ref *ref);

/*
 * A held_fn: the provider's function did not come back. Gives back the pins on
 * instance and protocol, and the use of the provider.
 */
void protocol_ref_lost(void *instance, void *protocol);

#endif
