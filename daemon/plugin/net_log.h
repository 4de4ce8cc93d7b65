/* SPDX-License-Identifier: Apache-2.0 */
/* net_log.h: private to plugin/: who speaks when net_log() is called. */
#ifndef NETINST_PLUGIN_NET_LOG_H
#define NETINST_PLUGIN_NET_LOG_H

#include "core/object/owner.h"
#include "plugin/object.h"

/*
 * Remembers for good that the code of object (stolen) is owner's, also after it
 * was unloaded. Any thread.
 */
void net_log_remember(struct owner *owner, struct object *object);

/* Whose code is at address, borrowed for good; NULL when nobody's. */
struct owner *net_log_owner_of(const void *address);

#endif
