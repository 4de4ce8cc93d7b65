/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h: what the configuration file says, over the defaults. The command
 * line stands above it (options.h). Main thread.
 */
#ifndef NETINST_CONFIG_H
#define NETINST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "plugin/plugins.h"
#include "source/netns/netns.h"

/* Where names are looked for when nothing is said. */
#define NETNS_DIRECTORIES "/run/netns:/run/docker/netns"

struct config_plugin {
	char *what; /* path or name */
	struct plugin_setting *settings;
	size_t setting_count;
};

struct config {
	unsigned workers;	   /* 1 to 256 */
	unsigned spare_workers;	   /* 0 to 256 */
	int64_t callback_deadline; /* nanoseconds; 0: none */
	int64_t stop_deadline;	   /* nanoseconds */
	enum log_level log_level;
	char *socket;	    /* path of the control socket; NULL: see below */
	mode_t socket_mode; /* default 0660 */
	char *admin_group;  /* NULL: none */
	char *plugin_directory;	   /* where names of plugins are sought */
	char *state;		   /* directory; NULL: nothing is kept */
	unsigned history_keep;	   /* records, 1 to 10000000 */
	int64_t history_max_age;   /* nanoseconds; 0: any */
	struct netns_config netns; /* but for its directories: */
	char *netns_directories;   /* with ':' between them */
	struct config_plugin *plugins;
	size_t plugin_count;
};

/*
 * What is in force when nothing is said; never fails. There is no default
 * socket for a user without XDG_RUNTIME_DIR.
 */
struct config *config_default(void);

/* Adds a plugin; a setting to the plugin that was added last. */
void config_add_plugin(struct config *config, const char *what);
void config_add_setting(
    struct config *config, const char *key, const char *value);

/* Whether it is an absolute path, or "none". */
bool config_is_state(const char *text);
/* Sets one that is. Copied. */
void config_set_state(struct config *config, const char *text);

/* Frees it; NULL is legal. */
void config_free(struct config *config);

#endif
