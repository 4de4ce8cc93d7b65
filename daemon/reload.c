/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload.c: compares the configuration in force with the one just read. What
 * can change at once is applied by main.c without a question; this file knows
 * the rest and tells the operator about it. Loop thread.
 */
#include "reload.h"

#include <string.h>

#include "base/check.h"

static bool
reload_same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* These let two values change places, and return whether that matters. */
static bool
reload_swap_text(void *old, void *fresh)
{
	char **a = old, **b = fresh, *kept = *a;

	*a = *b;
	*b = kept;
	return !reload_same_text(*a, *b);
}

static bool
reload_swap_number(void *old, void *fresh)
{
	unsigned *a = old, *b = fresh, kept = *a;

	*a = *b;
	*b = kept;
	return *a != *b;
}

static bool
reload_swap_time(void *old, void *fresh)
{
	int64_t *a = old, *b = fresh, kept = *a;

	*a = *b;
	*b = kept;
	return *a != *b;
}

static bool
reload_swap_switch(void *old, void *fresh)
{
	bool *a = old, *b = fresh, kept = *a;

	*a = *b;
	*b = kept;
	return *a != *b;
}

_Static_assert(sizeof(mode_t) == sizeof(unsigned), "a mode is a number, too");

/* What only a restart changes. */
static const struct row {
	const char *name;
	size_t offset; /* in struct config */
	bool (*swap)(void *old, void *fresh);
} rows[] = {
    {"workers", offsetof(struct config, workers), reload_swap_number},
    {"spare_workers", offsetof(struct config, spare_workers),
	reload_swap_number},
    {"plugin_directory", offsetof(struct config, plugin_directory),
	reload_swap_text},
    {"state", offsetof(struct config, state), reload_swap_text},
    {"control: socket", offsetof(struct config, socket), reload_swap_text},
    {"control: mode", offsetof(struct config, socket_mode), reload_swap_number},
    {"control: admin_group", offsetof(struct config, admin_group),
	reload_swap_text},
    {"netns: enabled", offsetof(struct config, netns.enabled),
	reload_swap_switch},
    {"netns: directories", offsetof(struct config, netns_directories),
	reload_swap_text},
    {"netns: scan_interval", offsetof(struct config, netns.scan_interval),
	reload_swap_time},
    {"netns: release_deadline", offsetof(struct config, netns.release_deadline),
	reload_swap_time},
    {"netns: hold", offsetof(struct config, netns.hold), reload_swap_switch},
    {"netns: without", offsetof(struct config, netns.without),
	reload_swap_number},
};

static const struct config_plugin *
reload_find(const struct config *config, const char *what)
{
	for (size_t i = 0; i < config->plugin_count; i++) {
		if (strcmp(config->plugins[i].what, what) == 0)
			return &config->plugins[i];
	}
	return NULL;
}

static bool
reload_same_settings(
    const struct config_plugin *old, const struct config_plugin *fresh)
{
	if (old->setting_count != fresh->setting_count)
		return false;
	for (size_t i = 0; i < old->setting_count; i++) {
		if (strcmp(old->settings[i].key, fresh->settings[i].key) != 0 ||
		    strcmp(old->settings[i].value, fresh->settings[i].value))
			return false;
	}
	return true;
}

static void
reload_explain_plugin(
    const struct config_plugin *old, const struct config_plugin *fresh)
{
	if (fresh == NULL)
		log_warning("daemon",
		    "plugin %s is not listed any more; it stays until it is "
		    "unloaded: netinstctl plugin unload",
		    old->what);
	else if (!reload_same_settings(old, fresh))
		log_warning("daemon",
		    "the settings of plugin %s changed; they take effect when "
		    "it is unloaded and loaded with them, or at the next start",
		    old->what);
}

void
reload_keep(struct config *old, struct config *fresh)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		size_t offset = rows[i].offset;

		if (rows[i].swap((char *)old + offset, (char *)fresh + offset))
			log_warning("daemon",
			    "%s changed; it takes effect at the next start",
			    rows[i].name);
	}
	for (size_t i = 0; i < old->plugin_count; i++)
		reload_explain_plugin(
		    &old->plugins[i], reload_find(fresh, old->plugins[i].what));
}
