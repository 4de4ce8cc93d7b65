/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.c: owns the settings of one plugin, and remembers which ones it
 * read, so that a misspelled key is noticed.
 */
#include "plugin/settings.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct setting {
	char *key, *value;
	bool read;
};

struct net_config {
	struct setting *list;
	size_t count;
};

net_config_t *
settings_copy(const struct plugin_setting *settings, size_t count)
{
	net_config_t *config = memory_zalloc(sizeof(*config));

	config->count = count;
	config->list = memory_zalloc((count + 1) * sizeof(*config->list));
	for (size_t i = 0; i < count; i++) {
		config->list[i].key = memory_strdup(settings[i].key);
		config->list[i].value = memory_strdup(settings[i].value);
	}
	return config;
}

void
settings_free(net_config_t *config)
{
	for (size_t i = 0; i < config->count; i++) {
		free(config->list[i].key);
		free(config->list[i].value);
	}
	free(config->list);
	free(config);
}

size_t
settings_count_unread(const net_config_t *config, const char **key)
{
	size_t count = 0;

	for (size_t i = config->count; i > 0; i--) {
		if (config->list[i - 1].read)
			continue;
		*key = config->list[i - 1].key;
		count++;
	}
	return count;
}

NETINST_EXPORT const char *
net_config_get(const net_config_t *config, const char *key)
{
	if (config == NULL || key == NULL)
		return NULL;
	for (size_t i = 0; i < config->count; i++) {
		if (strcmp(config->list[i].key, key) != 0)
			continue;
		config->list[i].read = true;
		return config->list[i].value;
	}
	return NULL;
}
