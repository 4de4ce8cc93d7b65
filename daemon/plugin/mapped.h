/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped.h: finds what else was mapped along with a plugin. The loader's
 * threads.
 *
 * By then its constructors have run, which is not too late: whatever the plugin
 * and its libraries need was found and judged before, by every name that the
 * dynamic linker uses. Anything else was requested by code that had passed,
 * such as a dlopen(3) in a constructor. What that code does cannot be
 * prevented; files that others could exchange are refused before the plugin is
 * called.
 */
#ifndef NETINST_PLUGIN_MAPPED_H
#define NETINST_PLUGIN_MAPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "plugin/refusal.h"

struct mapped;

/* Notes what is there now. */
struct mapped *mapped_note(void);
void mapped_free(struct mapped *mapped);

/*
 * Judges the files of all objects that are new since then, but for those that
 * are expected at an address. path: of the plugin. Returns 0, or -EPERM, or an
 * error of trust_open_file().
 */
int mapped_check(const struct mapped *before,
    bool (*is_expected)(void *arg, uintptr_t address), void *arg,
    const char *path, struct refusal *refusal);

#endif
