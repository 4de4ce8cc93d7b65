/* SPDX-License-Identifier: Apache-2.0 */
/* net_log.h: private to plugin/: who speaks when net_log() is called. */
#ifndef NETINST_PLUGIN_NET_LOG_H
#define NETINST_PLUGIN_NET_LOG_H

#include "plugin/object.h"

/*
 * Remembers for good that the code of object (stolen) is the plugin's of that
 * name (copied), also after it was unloaded. Any thread.
 */
void net_log_remember(const char *name, struct object *object);

#endif
