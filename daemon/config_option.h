/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_option.h: the options of a configuration file, but for the sections of
 * plugins. One row says everything about an option: the grammar, the checks and
 * the messages follow from it.
 */
#ifndef NETINST_CONFIG_OPTION_H
#define NETINST_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

#define CONFIG_WORKERS_MAX 256

/* The sections; libconfuse calls what is in none "root". */
#define CONFIG_ROOT    "root"
#define CONFIG_CONTROL "control"
#define CONFIG_HISTORY "history"
#define CONFIG_NETNS   "netns"

struct config_option {
	const char *section;
	const char *name;
	/* Reads text to value; false: it is not what is expected. */
	bool (*read)(
	    const struct config_option *option, const char *text, void *value);
	size_t offset; /* of the value in struct config */
	int64_t least, most;
	const char *expected; /* as in "'x' is not ..." */
	/*
	 * Whether there is such a thing; NULL: that does not matter. May wait,
	 * so it is only for the process that reads the file.
	 */
	bool (*exists)(const char *text);
};

extern const struct config_option config_options[];
extern const size_t config_option_count;

/* NULL: there is none of that name. */
const struct config_option *config_option_find(
    const char *section, const char *name);

/* Sets it in config; false when text is not what is expected. */
bool config_option_set(const struct config_option *option, const char *text,
    struct config *config);

#endif
