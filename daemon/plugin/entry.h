/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h: the functions by which a plugin is entered. The loader's threads.
 */
#ifndef NETINST_PLUGIN_ENTRY_H
#define NETINST_PLUGIN_ENTRY_H

#include <netinst/plugin.h>
#include <netinst/solaris.h>

#include "plugin/object.h"
#include "plugin/refusal.h"

/* What it does not export is NULL. */
struct entry {
	void *(*create)(const netid_t);
	void (*destroy)(const netid_t, void *);
	void (*shutdown)(const netid_t, void *);
	hook_notify_fn_t notify;
	int (*load)(const net_config_t *);
	void (*unload)(void);
	/* Those of a Solaris module, which has none of the others. */
	int (*module_init)(void);
	int (*module_fini)(void);
	int (*module_info)(struct modinfo *);
};

/*
 * Finds them all: create and destroy are both there, or nothing is that would
 * need them and load is; or it is a Solaris module with _init and _info.
 * Returns 0, or -ENOEXEC with the refusal set.
 */
int entry_find(struct object *object, const char *path, struct entry *entry,
    struct refusal *refusal);

/* Finds the descriptor, whose head was checked in the file; likewise. */
int entry_find_descriptor(struct object *object, const char *path,
    const net_plugin_t **descriptor, struct refusal *refusal);

#endif
