/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_list.c: each entry is a word that says what it is, and its strings.
 * Written by the process that reads the file, read on the main thread.
 */
#include "config_list.h"

#include <string.h>

#include "base/check.h"
#include "config_option.h"

#define OPTION	"option"
#define PLUGIN	"plugin"
#define SETTING "setting"
#define END	"end"

#define STRINGS_MAX 3 /* of one entry */

static void
config_list_put(FILE *list, const char *text)
{
	(void)fwrite(text, 1, strlen(text) + 1, list);
}

void
config_list_option(
    FILE *list, const struct config_option *option, const char *text)
{
	config_list_put(list, OPTION);
	config_list_put(list, option->section);
	config_list_put(list, option->name);
	config_list_put(list, text);
}

void
config_list_plugin(FILE *list, const char *what)
{
	config_list_put(list, PLUGIN);
	config_list_put(list, what);
}

void
config_list_setting(FILE *list, const char *key, const char *value)
{
	config_list_put(list, SETTING);
	config_list_put(list, key);
	config_list_put(list, value);
}

bool
config_list_end(FILE *list)
{
	config_list_put(list, END);
	return fflush(list) == 0 && !ferror(list);
}

static bool
config_list_take_option(struct config *config, const char *const *strings)
{
	const struct config_option *option =
	    config_option_find(strings[0], strings[1]);

	return option != NULL && config_option_set(option, strings[2], config);
}

static bool
config_list_take_plugin(struct config *config, const char *const *strings)
{
	config_add_plugin(config, strings[0]);
	return true;
}

static bool
config_list_take_setting(struct config *config, const char *const *strings)
{
	if (config->plugin_count == 0)
		return false;
	config_add_setting(config, strings[0], strings[1]);
	return true;
}

static const struct entry {
	const char *word;
	size_t strings;
	bool (*take)(struct config *config, const char *const *strings);
} entries[] = {
    {OPTION, 3, config_list_take_option},
    {PLUGIN, 1, config_list_take_plugin},
    {SETTING, 2, config_list_take_setting},
};

/* The next string of the list; NULL: it breaks off. */
static const char *
config_list_next(const char **at, const char *end)
{
	const char *string = *at,
		   *nul = memchr(string, '\0', (size_t)(end - string));

	if (nul == NULL)
		return NULL;
	*at = nul + 1;
	return string;
}

/* Takes the entry that the word begins; false: it is none, or incomplete. */
static bool
config_list_take(
    struct config *config, const char *word, const char **at, const char *end)
{
	const char *strings[STRINGS_MAX];

	for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
		if (strcmp(entries[i].word, word) != 0)
			continue;
		for (size_t j = 0; j < entries[i].strings; j++) {
			strings[j] = config_list_next(at, end);
			if (strings[j] == NULL)
				return false;
		}
		return entries[i].take(config, strings);
	}
	return false;
}

struct config *
config_list_read(const char *bytes, size_t size)
{
	struct config *config = config_default();
	const char *at = bytes, *end = bytes + size, *word;

	while ((word = config_list_next(&at, end)) != NULL) {
		if (strcmp(word, END) == 0)
			return config;
		if (!config_list_take(config, word, &at, end))
			break;
	}
	config_free(config);
	return NULL;
}
