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
	const char **plugins;	 /* paths and names, in order */
	size_t plugin_count;
	bool test; /* only check the configuration */
};

/* Returned when the daemon is to go on. */
#define OPTIONS_GO_ON (-1)

/*
 * Fills options; their texts are borrowed from argv and the environment.
 * Returns OPTIONS_GO_ON, or the exit code when all is said already.
 */
int options_parse(struct options *options, int argc, char **argv);

/*
 * Reads the configuration and puts the command line over it. Returns NULL
 * after every error was printed.
 */
struct config *options_read_config(const struct options *options);

void options_free(struct options *options);

#endif
