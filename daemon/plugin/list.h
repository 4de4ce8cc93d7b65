/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.h: private to plugin/: the plugins there are, and in which state.
 * Changing a plugin needs a claim on it: whoever loads it has one from
 * list_add() to list_set_loaded(), whoever unloads it from list_claim() to
 * list_remove(); everyone else is told that it is busy. Any thread.
 */
#ifndef NETINST_PLUGIN_LIST_H
#define NETINST_PLUGIN_LIST_H

#include "plugin/entry.h"
#include "plugin/plugins.h"
#include "plugin/refusal.h"
#include "plugin/settings.h"

struct plugin {
	struct plugin *next;	 /* the list's lock: loaded after this one */
	enum plugin_state state; /* the list's lock */
	uint64_t loads;		 /* the list's lock */
	/* Constant once it is listed, except for whoever has the claim: */
	struct owner *owner; /* a reference */
	struct entry entry;
	net_config_t *settings;
	struct modlinkage *linkage; /* of a Solaris module that is installed */
	char *name, *version, *summary, *path;
	unsigned abi_major, abi_minor;
};

void list_init(void);
/* Every plugin has been removed. */
void list_destroy(void);

/*
 * Lists a plugin as loading; stolen on success. Returns 0, -EEXIST, -EBUSY,
 * -ENOSPC or -ESHUTDOWN with the refusal set.
 */
int list_add(struct plugin *plugin, struct refusal *refusal);

/*
 * Whether a plugin could be listed under that name once the one that has the
 * name of but is gone. Returns 0 or -EEXIST with the refusal set.
 */
int list_check_name(const char *name, const char *but, struct refusal *refusal);

/*
 * It is loaded; gives up the claim. False when the list was closed meanwhile:
 * then the plugin has become one that is unloading, and the claim stays.
 */
bool list_set_loaded(struct plugin *plugin);

/*
 * Claims a loaded plugin for unloading. Returns it, or NULL with the refusal
 * set to -ENOENT or -EBUSY.
 */
struct plugin *list_claim(const char *name, struct refusal *refusal);

/* Claims the loaded plugin that came last, or NULL when there is none. */
struct plugin *list_claim_newest(void);

/* The owner of a loaded plugin, a reference; or NULL as list_claim(). */
struct owner *list_find_owner(const char *name, struct refusal *refusal);

/* Takes a claimed plugin off the list and frees it. */
void list_remove(struct plugin *plugin);

/* From now on nothing is listed (-ESHUTDOWN). */
void list_close(void);

/* Frees a plugin that was never listed, or no longer is. */
void plugin_free(struct plugin *plugin);

#endif
