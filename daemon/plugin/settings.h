/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h: what the configuration says to a plugin; behind net_config_t.
 * One thread at a time.
 */
#ifndef NETINST_PLUGIN_SETTINGS_H
#define NETINST_PLUGIN_SETTINGS_H

#include <netinst/plugin.h>

#include "plugin/plugins.h"

/* Copies count settings. Returns what settings_free() takes. */
net_config_t *settings_copy(
    const struct plugin_setting *settings, size_t count);
void settings_free(net_config_t *config);

/* How many settings nobody asked for; *key: the first of them. */
size_t settings_count_unread(const net_config_t *config, const char **key);

#endif
