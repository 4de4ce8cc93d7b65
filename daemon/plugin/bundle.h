/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h: the file of a plugin and every library that has to be mapped with
 * it. The dynamic linker searches nothing for them: where it would find each
 * is found out here, each is judged like the plugin itself, and only when all
 * of that is done is anything mapped. The loader's threads.
 *
 * Libraries that netinstd was started with are there. Those of the system are
 * mapped by their paths and shared. All others, and the plugin, are mapped from
 * private copies: each load of a plugin has its own.
 */
#ifndef NETINST_PLUGIN_BUNDLE_H
#define NETINST_PLUGIN_BUNDLE_H

#include "plugin/elf.h"
#include "plugin/object.h"
#include "plugin/refusal.h"

/* Libraries of one plugin, those of the system included. */
#define PLUGIN_LIBRARIES_MAX 256

struct bundle;

/*
 * Copies the plugin's file, which is at an absolute path. directory: where the
 * copies are to be; NULL: in memory. Returns 0, or an error of file_open() or
 * file_copy().
 */
int bundle_create(const char *path, const char *directory,
    struct bundle **bundle, struct refusal *refusal);

/* Not mapped objects keep nothing; NULL is legal. */
void bundle_free(struct bundle *bundle);

/* The bytes of the plugin's copy, until bundle_complete(). */
struct elf bundle_elf(const struct bundle *bundle);

/*
 * Finds, judges and copies what the plugin needs; elf_check() has passed on
 * it. Returns 0, -ENOEXEC, -EPERM, -ENOENT, -ENOSPC, -EBUSY or -EIO.
 */
int bundle_complete(struct bundle *bundle, struct refusal *refusal);

/*
 * Maps everything, runs the constructors and sees that nothing came along that
 * others could exchange. Returns 0, -ENOEXEC, or an error of mapped_check().
 * Only after 0 are there objects: the first is the plugin, and all of them are
 * its own.
 */
int bundle_map(struct bundle *bundle, struct refusal *refusal);

/* Takes the next one over for object_close(); NULL: that was all. */
struct object *bundle_take(struct bundle *bundle);

#endif
