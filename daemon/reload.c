/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload.c: compares the configuration in force with the one just read, and
 * tells the operator what has to wait for a restart; main.c applies the rest at
 * once. Loop thread.
 */
#include "reload.h"

#include <string.h>

#include "base/check.h"

/* What only a restart changes: a member of struct config, maybe a text. */
static const struct row {
	const char *name;
	size_t offset, size;
	bool text;
} rows[] = {
#define MEMBER(name)                                                           \
	offsetof(struct config, name), sizeof(((struct config *)0)->name)
    {"workers", MEMBER(workers), false},
    {"spare_workers", MEMBER(spare_workers), false},
    {"plugin_directory", MEMBER(plugin_directory), true},
    {"state", MEMBER(state), true},
    {"control: socket", MEMBER(socket), true},
    {"control: mode", MEMBER(socket_mode), false},
    {"control: admin_group", MEMBER(admin_group), true},
    {"netns: enabled", MEMBER(netns.enabled), false},
    {"netns: directories", MEMBER(netns_directories), true},
    {"netns: scan_interval", MEMBER(netns.scan_interval), false},
    {"netns: release_deadline", MEMBER(netns.release_deadline), false},
    {"netns: hold", MEMBER(netns.hold), false},
    {"netns: without", MEMBER(netns.without), false},
#undef MEMBER
};

/* Lets two values change places; returns whether they differ. */
static bool
reload_swap(const struct row *row, void *old, void *fresh)
{
	char kept[sizeof(int64_t)];
	const char *was, *is;

	ASSERT(row->size <= sizeof(kept));
	memcpy(kept, old, row->size);
	memcpy(old, fresh, row->size);
	memcpy(fresh, kept, row->size);
	if (!row->text)
		return memcmp(old, fresh, row->size) != 0;
	was = *(char *const *)old;
	is = *(char *const *)fresh;
	return was != is && (was == NULL || is == NULL || strcmp(was, is) != 0);
}

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

		if (reload_swap(
			&rows[i], (char *)old + offset, (char *)fresh + offset))
			log_warning("daemon",
			    "%s changed; it takes effect at the next start",
			    rows[i].name);
	}
	for (size_t i = 0; i < old->plugin_count; i++)
		reload_explain_plugin(
		    &old->plugins[i], reload_find(fresh, old->plugins[i].what));
}
