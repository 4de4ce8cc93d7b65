/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grip.h: private to core/: holding on to the protocol behind a plugin's handle
 * for the length of one documented call, whoever provides it.
 *
 *   if (!grip_take(&grip, handle))
 *           return -1;
 *   ...
 *   grip_release(&grip);
 */
#ifndef NETINST_CORE_GRIP_H
#define NETINST_CORE_GRIP_H

#include "core/hook/protocol.h"
#include "core/hook/provider_use.h"

struct grip {
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
bool grip_take(struct grip *grip, net_handle_t handle);
void grip_release(struct grip *grip);

/*
 * A held_fn: the provider's function did not come back. Gives back the pins on
 * instance and protocol, and the use of the provider.
 */
void grip_lost(void *instance, void *protocol);

#endif
