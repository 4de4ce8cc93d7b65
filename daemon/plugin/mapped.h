/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapped.h: sees what else has got into the daemon's memory while a plugin was
 * mapped. The loader's threads.
 *
 * That is not too late, though its constructors have run: whatever the plugin
 * and its libraries need was found and judged before, by every name that the
 * dynamic linker goes by, so it searches for nothing. Anything else was asked
 * for by code that had passed, a constructor's dlopen(3) for one. What such
 * code does itself nobody can prevent; that it brings in what others could
 * exchange is seen here, before anything of the plugin is called.
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
