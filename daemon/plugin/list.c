/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.c: owns the plugins, in the order of loading, under the list's lock.
 * It also counts how often each name was loaded, which outlives the plugins.
 */
#include "plugin/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/lock.h"
#include "base/memory.h"

struct load_count {
	struct load_count *next;
	uint64_t loads;
	char name[PLUGIN_NAME_MAX + 1];
};

static struct {
	struct lock lock;
	struct plugin *first;
	size_t count;
	bool closed;
	struct load_count *load_counts;
} list = {.lock = LOCK_INITIALIZER(LOCK_PLUGINS)};

static const char *const state_names[] = {
    [PLUGIN_LOADING] = "loading",
    [PLUGIN_LOADED] = "loaded",
    [PLUGIN_UNLOADING] = "unloading",
};

const char *
plugin_state_name(enum plugin_state state)
{
	ASSERT((unsigned)state < ARRAY_LENGTH(state_names));
	return state_names[state];
}

void
list_init(void)
{
	ASSERT(list.first == NULL);
	list.closed = false;
}

void
list_destroy(void)
{
	struct load_count *count;

	ASSERT(list.first == NULL);
	while ((count = list.load_counts) != NULL) {
		list.load_counts = count->next;
		free(count);
	}
}

void
plugin_free(struct plugin *plugin)
{
	owner_release(plugin->owner);
	if (plugin->settings != NULL)
		settings_free(plugin->settings);
	free(plugin->name);
	free(plugin->version);
	free(plugin->summary);
	free(plugin->path);
	free(plugin);
}

/* The link that leads to a plugin, or the last one. */
static struct plugin **
list_link(const char *name)
{
	struct plugin **link = &list.first;

	lock_assert_held(&list.lock);
	while (*link != NULL && strcmp((*link)->name, name) != 0)
		link = &(*link)->next;
	return link;
}

/* Counts one more load of a name, and returns how many that makes. */
static uint64_t
list_count_load(const char *name)
{
	struct load_count *count = list.load_counts;

	while (count != NULL && strcmp(count->name, name) != 0)
		count = count->next;
	if (count == NULL) {
		count = memory_zalloc(sizeof(*count));
		(void)memcpy(count->name, name, strlen(name) + 1);
		count->next = list.load_counts;
		list.load_counts = count;
	}
	return ++count->loads;
}

static int
list_refuse_busy(const struct plugin *plugin, struct refusal *refusal)
{
	return refusal_set(refusal, -EBUSY,
	    "try again later; netinstctl status shows callbacks that do not "
	    "return",
	    "plugin '%s' is %s", plugin->name,
	    plugin_state_name(plugin->state));
}

static int
list_refuse_add(const struct plugin *plugin, const struct plugin *other,
    struct refusal *refusal)
{
	if (list.closed)
		return refusal_set(refusal, -ESHUTDOWN, "start netinstd again",
		    "netinstd is stopping");
	if (other != NULL && other->state == PLUGIN_UNLOADING)
		return list_refuse_busy(other, refusal);

	if (other != NULL)
		return refusal_set(refusal, -EEXIST,
		    "netinstctl plugin reload loads its file anew",
		    "a plugin named '%s' is loaded already, from %s",
		    plugin->name, other->path);
	(void)refusal_set(refusal, -ENOSPC, "unload one that is not needed",
	    "%d plugins are loaded, and no more can be", PLUGINS_MAX);
	return refusal_limit(refusal, PLUGINS_MAX);
}

int
list_add(struct plugin *plugin, struct refusal *refusal)
{
	struct plugin **link;
	int error = 0;

	lock_enter(&list.lock);
	link = list_link(plugin->name);
	if (list.closed || *link != NULL || list.count == PLUGINS_MAX) {
		error = list_refuse_add(plugin, *link, refusal);
	} else {
		plugin->state = PLUGIN_LOADING;
		plugin->loads = list_count_load(plugin->name);
		*link = plugin;
		list.count++;
	}
	lock_exit(&list.lock);
	return error;
}

int
list_check_name(const char *name, const char *but, struct refusal *refusal)
{
	const struct plugin *other;
	int error = 0;

	if (strcmp(name, but) == 0)
		return 0;
	lock_enter(&list.lock);
	other = *list_link(name);
	if (other != NULL)
		error = refusal_set(refusal, -EEXIST,
		    "unload that one, or give this one another name",
		    "it is called '%s' now, as one from %s is that is loaded",
		    name, other->path);
	lock_exit(&list.lock);
	return error;
}

bool
list_set_loaded(struct plugin *plugin)
{
	bool loaded;

	lock_enter(&list.lock);
	loaded = !list.closed;
	plugin->state = loaded ? PLUGIN_LOADED : PLUGIN_UNLOADING;
	lock_exit(&list.lock);
	return loaded;
}

/* The loaded plugin of that name, or NULL with the refusal set. */
static struct plugin *
list_find_loaded(const char *name, struct refusal *refusal)
{
	struct plugin *plugin = *list_link(name);

	if (plugin == NULL) {
		(void)refusal_set(refusal, -ENOENT,
		    "netinstctl plugin list shows what is loaded",
		    "no plugin is named '%s'", name);
		return NULL;
	}
	if (plugin->state != PLUGIN_LOADED) {
		(void)list_refuse_busy(plugin, refusal);
		return NULL;
	}
	return plugin;
}

struct plugin *
list_claim(const char *name, struct refusal *refusal)
{
	struct plugin *plugin;

	lock_enter(&list.lock);
	plugin = list_find_loaded(name, refusal);
	if (plugin != NULL)
		plugin->state = PLUGIN_UNLOADING;
	lock_exit(&list.lock);
	return plugin;
}

struct plugin *
list_claim_newest(void)
{
	struct plugin *plugin, *newest = NULL;

	lock_enter(&list.lock);
	for (plugin = list.first; plugin != NULL; plugin = plugin->next)
		if (plugin->state == PLUGIN_LOADED)
			newest = plugin;
	if (newest != NULL)
		newest->state = PLUGIN_UNLOADING;
	lock_exit(&list.lock);
	return newest;
}

struct owner *
list_find_owner(const char *name, struct refusal *refusal)
{
	struct owner *owner = NULL;
	struct plugin *plugin;

	lock_enter(&list.lock);
	plugin = list_find_loaded(name, refusal);
	if (plugin != NULL) {
		owner = plugin->owner;
		owner_hold(owner);
	}
	lock_exit(&list.lock);
	return owner;
}

void
list_remove(struct plugin *plugin)
{
	struct plugin **link;

	lock_enter(&list.lock);
	link = list_link(plugin->name);
	ASSERT(*link == plugin && plugin->state != PLUGIN_LOADED);
	*link = plugin->next;
	list.count--;
	lock_exit(&list.lock);
	plugin_free(plugin);
}

void
list_close(void)
{
	lock_enter(&list.lock);
	list.closed = true;
	lock_exit(&list.lock);
}

void
plugins_visit(plugin_visit_fn visit, void *arg)
{
	bool more = true;

	lock_enter(&list.lock);
	for (const struct plugin *plugin = list.first; plugin != NULL && more;
	     plugin = plugin->next) {
		struct plugin_view view = {
		    .name = plugin->name,
		    .version = plugin->version,
		    .summary = plugin->summary,
		    .path = plugin->path,
		    .abi_major = plugin->abi_major,
		    .abi_minor = plugin->abi_minor,
		    .state = plugin->state,
		    .loads = plugin->loads,
		    .owner = plugin->owner,
		};

		more = visit(arg, &view);
	}
	lock_exit(&list.lock);
}

size_t
plugins_count(void)
{
	size_t count;

	lock_enter(&list.lock);
	count = list.count;
	lock_exit(&list.lock);
	return count;
}
