/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c: the defaults, and the memory of a configuration. Main thread.
 */
#include "config.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/memory.h"
#include "config_option.h"
#include "lib/clock.h"

/* As many workers as the daemon may use CPUs, but never one alone. */
static unsigned
config_default_workers(void)
{
	cpu_set_t cpus;
	int count;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return 2;
	count = CPU_COUNT(&cpus);
	return count < 2		    ? 2
	       : count > CONFIG_WORKERS_MAX ? CONFIG_WORKERS_MAX
					    : count;
}

static char *
config_default_socket(void)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0)
		return memory_strdup(RPC_SOCKET_ROOT);
	if (directory == NULL || directory[0] != '/')
		return NULL;
	return memory_format("%s/%s", directory, RPC_SOCKET_USER);
}

struct config *
config_default(void)
{
	struct config *config = memory_zalloc(sizeof(*config));

	config->workers = config_default_workers();
	config->spare_workers = 16;
	config->callback_deadline = 5 * NS_PER_SEC;
	config->stop_deadline = 30 * NS_PER_SEC;
	config->log_level = LOG_INFO;
	config->socket = config_default_socket();
	config->socket_mode = 0660;
	config->plugin_directory = memory_strdup(NETINST_PLUGIN_DIRECTORY);
	config->netns_directories = memory_strdup(NETNS_DIRECTORIES);
	config->netns.enabled = true;
	config->netns.scan_interval = 5 * NS_PER_SEC;
	config->netns.release_deadline = 500 * NS_PER_MS;
	config->netns.hold = true;
	config->history_keep = 10000;
	config->history_max_age = 30 * 24 * 3600 * NS_PER_SEC;
	return config;
}

void
config_add_plugin(struct config *config, const char *what)
{
	config->plugins = memory_resize(config->plugins,
	    config->plugin_count + 1, sizeof(*config->plugins));
	config->plugins[config->plugin_count++] =
	    (struct config_plugin){.what = memory_strdup(what)};
}

void
config_add_setting(struct config *config, const char *key, const char *value)
{
	struct config_plugin *plugin =
	    &config->plugins[config->plugin_count - 1];

	plugin->settings = memory_resize(plugin->settings,
	    plugin->setting_count + 1, sizeof(*plugin->settings));
	plugin->settings[plugin->setting_count++] = (struct plugin_setting){
	    .key = memory_strdup(key), .value = memory_strdup(value)};
}

static void
config_free_plugin(struct config_plugin *plugin)
{
	for (size_t i = 0; i < plugin->setting_count; i++) {
		free((char *)(uintptr_t)plugin->settings[i].key);
		free((char *)(uintptr_t)plugin->settings[i].value);
	}
	free(plugin->settings);
	free(plugin->what);
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->plugin_count; i++)
		config_free_plugin(&config->plugins[i]);
	free(config->plugins);
	free(config->socket);
	free(config->admin_group);
	free(config->plugin_directory);
	free(config->netns_directories);
	free(config->state);
	free(config);
}
