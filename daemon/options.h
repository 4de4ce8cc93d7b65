/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h: what the command line says, and the configuration with that over
 * it. Main thread.
 */
#ifndef NETINST_OPTIONS_H
#define NETINST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"

struct options {
	const char *config_file; /* NULL: where one is sought by default */
	const char *socket;	 /* NULL: what the configuration says */
	const char *source;	 /* "netns=on" or "netns=off"; NULL: likewise */
	const char *state;	 /* likewise */
	const char **plugins;	 /* paths and names, in order */
	size_t plugin_count;
	bool test;	  /* only check the configuration */
	bool read_config; /* only read it, for a daemon that runs */
	/* --check: */
	const char *check; /* the plugin; NULL: serve */
	struct plugin_setting *settings;
	size_t setting_count;
	bool json, valgrind;
};

/* Returned when the daemon is to go on. */
#define OPTIONS_GO_ON (-1)

/*
 * Fills options; their texts are borrowed from argv and the environment.
 * Returns OPTIONS_GO_ON, or the exit code when all is said already.
 */
int options_parse(struct options *options, int argc, char **argv);

/*
 * Puts the command line over a configuration, and returns that. NULL, after
 * logging it, when the two do not say enough; config is freed then.
 */
struct config *options_apply(
    const struct options *options, struct config *config);

void options_free(struct options *options);

#endif
