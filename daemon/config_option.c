/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_option.c: the table of the options: where each stands, how its text is
 * read and where the value goes. Main thread.
 */
#include "config_option.h"

#include <errno.h>
#include <grp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/check.h"
#include "base/memory.h"
#include "lib/clock.h"
#include "source/netns/kernel/netns_kernel.h"

#define DURATION_MAX	(24 * 3600 * NS_PER_SEC)
#define AGE_MAX		(36500 * DURATION_MAX)
#define STATE_PATH_MAX	3900 /* with the names of files below it, PATH_MAX */
#define STATE_NONE	"none"
#define KEEP_MAX	10000000
#define SOCKET_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

static bool
config_read_number(
    const struct config_option *option, const char *text, void *value)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' ||
	    number > (unsigned long)option->most ||
	    number < (unsigned long)option->least)
		return false;
	*(unsigned *)value = (unsigned)number;
	return true;
}

static bool
config_read_duration(
    const struct config_option *option, const char *text, void *value)
{
	static const struct {
		const char *name;
		int64_t length;
	} units[] = {
	    {"us", NS_PER_MS / 1000},
	    {"ms", NS_PER_MS},
	    {"s", NS_PER_SEC},
	    {"min", 60 * NS_PER_SEC},
	    {"h", 3600 * NS_PER_SEC},
	    {"d", 24 * 3600 * NS_PER_SEC},
	};
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || end == text || number < 0)
		return false;
	if (number == 0 && *end == '\0' && option->least == 0) {
		*(int64_t *)value = 0;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
		if (strcmp(end, units[i].name) != 0)
			continue;
		if (number > option->most / units[i].length)
			return false;
		*(int64_t *)value = number * units[i].length;
		return *(int64_t *)value >= option->least;
	}
	return false;
}

static bool
config_read_level(
    const struct config_option *option, const char *text, void *value)
{
	const char *name;

	(void)option;
	for (int i = 0; (name = log_level_name((enum log_level)i)); i++) {
		if (strcmp(name, text) == 0) {
			*(enum log_level *)value = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static void
config_replace(char **value, const char *text)
{
	free(*value);
	*value = memory_strdup(text);
}

static bool
config_read_path(
    const struct config_option *option, const char *text, void *value)
{
	if (text[0] != '/' || strlen(text) > (size_t)option->most)
		return false;
	config_replace(value, text);
	return true;
}

bool
config_is_state(const char *text)
{
	return strcmp(text, STATE_NONE) == 0 ||
	       (text[0] == '/' && strlen(text) <= STATE_PATH_MAX);
}

void
config_set_state(struct config *config, const char *text)
{
	free(config->state);
	config->state =
	    strcmp(text, STATE_NONE) == 0 ? NULL : memory_strdup(text);
}

static bool
config_read_state(
    const struct config_option *option, const char *text, void *value)
{
	(void)option;
	if (!config_is_state(text))
		return false;
	config_set_state(CONTAINER_OF(value, struct config, state), text);
	return true;
}

/* Absolute paths, with ':' between them. */
static bool
config_read_directories(
    const struct config_option *option, const char *text, void *value)
{
	const char *from = text;
	unsigned count = 0;

	(void)option;
	for (;; from++) {
		size_t length = strcspn(from, ":");

		if (from[0] != '/' || length > NETNS_PATH_MAX ||
		    ++count > NETNS_DIRECTORIES_MAX)
			return false;
		from += length;
		if (*from == '\0')
			break;
	}
	config_replace(value, text);
	return true;
}

/* One of two words. */
static bool
config_read_choice(
    const char *text, const char *yes, const char *no, bool *value)
{
	*value = strcmp(text, yes) == 0;
	return *value || strcmp(text, no) == 0;
}

static bool
config_read_switch(
    const struct config_option *option, const char *text, void *value)
{
	(void)option;
	return config_read_choice(text, "yes", "no", value);
}

static bool
config_read_hold(
    const struct config_option *option, const char *text, void *value)
{
	(void)option;
	return config_read_choice(text, "known", "never", value);
}

/* Names of features, with blanks between them. */
static bool
config_read_features(
    const struct config_option *option, const char *text, void *value)
{
	unsigned *features = value;
	char name[32];

	(void)option;
	*features = 0;
	for (text += strspn(text, " "); *text != '\0';
	     text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");
		int feature;

		(void)snprintf(name, sizeof(name), "%.*s", (int)length, text);
		feature = netns_feature_find(name);
		if (feature < 0)
			return false;
		*features |= 1u << feature;
		text += length;
	}
	return true;
}

static bool
config_read_mode(
    const struct config_option *option, const char *text, void *value)
{
	char *end;
	unsigned long mode = strtoul(text, &end, 8);

	if (text[0] != '0' || *end != '\0' ||
	    mode > (unsigned long)option->most)
		return false;
	*(mode_t *)value = (mode_t)mode;
	return true;
}

static bool
config_read_group(
    const struct config_option *option, const char *text, void *value)
{
	(void)option;
	config_replace(value, text);
	return true;
}

/* Asks the user database, which may block. */
static bool
config_is_group(const char *text)
{
	return getgrnam(text) != NULL;
}

#define AT(member) offsetof(struct config, member)

const struct config_option config_options[] = {
    {CONFIG_ROOT, "workers", config_read_number, AT(workers), 1,
	CONFIG_WORKERS_MAX, "a number from 1 to 256", NULL},
    {CONFIG_ROOT, "spare_workers", config_read_number, AT(spare_workers), 0,
	CONFIG_WORKERS_MAX, "a number from 0 to 256", NULL},
    {CONFIG_ROOT, "callback_deadline", config_read_duration,
	AT(callback_deadline), 0, DURATION_MAX,
	"a time such as 500ms, 5s or 2min, or 0 for none", NULL},
    {CONFIG_ROOT, "stop_deadline", config_read_duration, AT(stop_deadline),
	NS_PER_MS, DURATION_MAX, "a time such as 500ms, 30s or 2min", NULL},
    {CONFIG_ROOT, "log_level", config_read_level, AT(log_level), 0, 0,
	"one of error, warning, info and debug", NULL},
    {CONFIG_ROOT, "plugin_directory", config_read_path, AT(plugin_directory), 0,
	PLUGIN_PATH_MAX, "an absolute path", NULL},
    {CONFIG_ROOT, "state", config_read_state, AT(state), 0, 0,
	"an absolute path, or none", NULL},
    {CONFIG_CONTROL, "socket", config_read_path, AT(socket), 0, SOCKET_PATH_MAX,
	"an absolute path of at most 107 bytes", NULL},
    {CONFIG_CONTROL, "mode", config_read_mode, AT(socket_mode), 0, 0777,
	"an octal mode such as 0660", NULL},
    {CONFIG_CONTROL, "admin_group", config_read_group, AT(admin_group), 0, 0,
	"a group of this system", config_is_group},
    {CONFIG_NETNS, "enabled", config_read_switch, AT(netns.enabled), 0, 0,
	"yes or no", NULL},
    {CONFIG_NETNS, "directories", config_read_directories,
	AT(netns_directories), 0, 0,
	"a list of at most 16 absolute paths with ':' between them", NULL},
    {CONFIG_NETNS, "scan_interval", config_read_duration,
	AT(netns.scan_interval), 0, DURATION_MAX,
	"a time such as 500ms, 5s or 2min, or 0 for never", NULL},
    {CONFIG_NETNS, "release_deadline", config_read_duration,
	AT(netns.release_deadline), NS_PER_MS, DURATION_MAX,
	"a time such as 500ms, 5s or 2min", NULL},
    {CONFIG_NETNS, "hold", config_read_hold, AT(netns.hold), 0, 0,
	"known or never", NULL},
    {CONFIG_NETNS, "without", config_read_features, AT(netns.without), 0, 0,
	"a list of features as netinstctl doctor calls them, with blanks "
	"between them",
	NULL},
    {CONFIG_HISTORY, "keep", config_read_number, AT(history_keep), 1, KEEP_MAX,
	"a number from 1 to 10000000", NULL},
    {CONFIG_HISTORY, "max_age", config_read_duration, AT(history_max_age), 0,
	AGE_MAX, "a time such as 12h or 30d, or 0 for any age", NULL},
};

const size_t config_option_count = ARRAY_LENGTH(config_options);

const struct config_option *
config_option_find(const char *section, const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(config_options); i++) {
		if (strcmp(config_options[i].section, section) == 0 &&
		    strcmp(config_options[i].name, name) == 0)
			return &config_options[i];
	}
	return NULL;
}

bool
config_option_set(
    const struct config_option *option, const char *text, struct config *config)
{
	return option->read(option, text, (char *)config + option->offset);
}
