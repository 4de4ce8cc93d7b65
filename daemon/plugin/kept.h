/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.h: private to plugin/: code that stays mapped for the daemon's life, of
 * plugins that are or were loaded. It is limited, because the kernel limits the
 * mappings of the process. Any thread.
 */
#ifndef NETINST_PLUGIN_KEPT_H
#define NETINST_PLUGIN_KEPT_H

#include "plugin/plugins.h"
#include "plugin/refusal.h"

/*
 * Counts one more load with that many mappings and bytes. Returns 0, or -ENOSPC
 * with the refusal set when that would be more than may be kept.
 */
int kept_add(uint64_t mappings, uint64_t bytes, const char *path,
    struct refusal *refusal);

/* Takes one back, of which nothing was mapped. */
void kept_remove(uint64_t mappings, uint64_t bytes);

#endif
