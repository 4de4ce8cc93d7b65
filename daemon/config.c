/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c: the configuration file. libconfuse knows the grammar; one table
 * here knows the options: where each stands, how its text is read and where
 * the value goes. All of this is on the loop thread.
 *
 * libconfuse stops at the first thing it dislikes. So that all unknown options
 * are named and not one, every section takes any key, and config_told() counts
 * those that no row of the table knows.
 */
#include "config.h"

#include <confuse.h>
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "config_text.h"
#include "source/netns_kernel.h"

#define WORKERS_MAX	256
#define DURATION_MAX	(24 * 3600 * NS_PER_SEC)
#define AGE_MAX		(36500 * DURATION_MAX)
#define STATE_PATH_MAX	3900 /* with the names of files below it, PATH_MAX */
#define STATE_NONE	"none"
#define KEEP_MAX	10000000
#define SOCKET_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)
#define ROOT_SECTION	"root" /* libconfuse: what is in no section */
#define PLUGIN_SECTION	"plugin"
#define CONTROL_SECTION "control"
#define HISTORY_SECTION "history"
#define NETNS_SECTION	"netns"
#define UNKNOWN_KEY	"no such option '%s'"

/* The file that is being read; libconfuse's callbacks carry no argument. */
static struct reading {
	const char *file;
	unsigned errors;
	uint32_t seen; /* one bit for each row */
	struct config *config;
} * reading;

struct row {
	const char *section; /* "root": outside of any */
	const char *name;
	bool (*read)(const struct row *row, const char *text, void *value);
	size_t offset; /* of the value in struct config */
	int64_t least, most;
	const char *expected; /* as in "'x' is not ..." */
};

/* --- texts and values ----------------------------------------------------- */

static bool
config_read_number(const struct row *row, const char *text, void *value)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' ||
	    number > (unsigned long)row->most ||
	    number < (unsigned long)row->least)
		return false;
	*(unsigned *)value = (unsigned)number;
	return true;
}

static bool
config_read_duration(const struct row *row, const char *text, void *value)
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
	if (number == 0 && *end == '\0' && row->least == 0) {
		*(int64_t *)value = 0;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(units); i++) {
		if (strcmp(end, units[i].name) != 0)
			continue;
		if (number > row->most / units[i].length)
			return false;
		*(int64_t *)value = number * units[i].length;
		return *(int64_t *)value >= row->least;
	}
	return false;
}

static bool
config_read_level(const struct row *row, const char *text, void *value)
{
	const char *name;

	(void)row;
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
config_read_path(const struct row *row, const char *text, void *value)
{
	if (text[0] != '/' || strlen(text) > (size_t)row->most)
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
config_read_state(const struct row *row, const char *text, void *value)
{
	(void)row;
	(void)value;
	if (!config_is_state(text))
		return false;
	config_set_state(reading->config, text);
	return true;
}

/* Absolute paths, with ':' between them. */
static bool
config_read_directories(const struct row *row, const char *text, void *value)
{
	const char *from = text;
	unsigned count = 0;

	(void)row;
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
config_read_switch(const struct row *row, const char *text, void *value)
{
	(void)row;
	return config_read_choice(text, "yes", "no", value);
}

static bool
config_read_hold(const struct row *row, const char *text, void *value)
{
	(void)row;
	return config_read_choice(text, "known", "never", value);
}

/* Names of features, with blanks between them. */
static bool
config_read_features(const struct row *row, const char *text, void *value)
{
	unsigned *features = value;
	char name[32];

	(void)row;
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
config_read_mode(const struct row *row, const char *text, void *value)
{
	char *end;
	unsigned long mode = strtoul(text, &end, 8);

	if (text[0] != '0' || *end != '\0' || mode > (unsigned long)row->most)
		return false;
	*(mode_t *)value = (mode_t)mode;
	return true;
}

static bool
config_read_group(const struct row *row, const char *text, void *value)
{
	(void)row;
	if (getgrnam(text) == NULL)
		return false;
	config_replace(value, text);
	return true;
}

static const struct row rows[] = {
    {ROOT_SECTION, "workers", config_read_number,
	offsetof(struct config, workers), 1, WORKERS_MAX,
	"a number from 1 to 256"},
    {ROOT_SECTION, "spare_workers", config_read_number,
	offsetof(struct config, spare_workers), 0, WORKERS_MAX,
	"a number from 0 to 256"},
    {ROOT_SECTION, "callback_deadline", config_read_duration,
	offsetof(struct config, callback_deadline), 0, DURATION_MAX,
	"a time such as 500ms, 5s or 2min, or 0 for none"},
    {ROOT_SECTION, "stop_deadline", config_read_duration,
	offsetof(struct config, stop_deadline), NS_PER_MS, DURATION_MAX,
	"a time such as 500ms, 30s or 2min"},
    {ROOT_SECTION, "log_level", config_read_level,
	offsetof(struct config, log_level), 0, 0,
	"one of error, warning, info and debug"},
    {ROOT_SECTION, "plugin_directory", config_read_path,
	offsetof(struct config, plugin_directory), 0, PLUGIN_PATH_MAX,
	"an absolute path"},
    {ROOT_SECTION, "state", config_read_state, offsetof(struct config, state),
	0, 0, "an absolute path, or none"},
    {CONTROL_SECTION, "socket", config_read_path,
	offsetof(struct config, socket), 0, SOCKET_PATH_MAX,
	"an absolute path of at most 107 bytes"},
    {CONTROL_SECTION, "mode", config_read_mode,
	offsetof(struct config, socket_mode), 0, 0777,
	"an octal mode such as 0660"},
    {CONTROL_SECTION, "admin_group", config_read_group,
	offsetof(struct config, admin_group), 0, 0, "a group of this system"},
    {NETNS_SECTION, "enabled", config_read_switch,
	offsetof(struct config, netns.enabled), 0, 0, "yes or no"},
    {NETNS_SECTION, "directories", config_read_directories,
	offsetof(struct config, netns_directories), 0, 0,
	"a list of at most 16 absolute paths with ':' between them"},
    {NETNS_SECTION, "scan_interval", config_read_duration,
	offsetof(struct config, netns.scan_interval), 0, DURATION_MAX,
	"a time such as 500ms, 5s or 2min, or 0 for never"},
    {NETNS_SECTION, "release_deadline", config_read_duration,
	offsetof(struct config, netns.release_deadline), NS_PER_MS,
	DURATION_MAX, "a time such as 500ms, 5s or 2min"},
    {NETNS_SECTION, "hold", config_read_hold,
	offsetof(struct config, netns.hold), 0, 0, "known or never"},
    {NETNS_SECTION, "without", config_read_features,
	offsetof(struct config, netns.without), 0, 0,
	"a list of features as netinstctl doctor calls them, with blanks "
	"between them"},
    {HISTORY_SECTION, "keep", config_read_number,
	offsetof(struct config, history_keep), 1, KEEP_MAX,
	"a number from 1 to 10000000"},
    {HISTORY_SECTION, "max_age", config_read_duration,
	offsetof(struct config, history_max_age), 0, AGE_MAX,
	"a time such as 12h or 30d, or 0 for any age"},
};

/* --- what libconfuse tells ------------------------------------------------ */

static void config_complain(int line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
config_complain(int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)fprintf(stderr, "%s:%d: ", reading->file, line);
	(void)vfprintf(stderr, format, arguments);
	(void)fputc('\n', stderr);
	va_end(arguments);
	reading->errors++;
}

static void config_told(cfg_t *section, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* libconfuse's error function. */
static void
config_told(cfg_t *section, const char *format, va_list arguments)
{
	char text[256];

	if (strcmp(format, UNKNOWN_KEY) == 0 &&
	    strcmp(cfg_name(section), PLUGIN_SECTION) == 0)
		return; /* a plugin's own setting */
	(void)vsnprintf(text, sizeof(text), format, arguments);
	config_complain(section->line, "%s", text);
}

/* An option has been read. Returns 0, so that the reading goes on. */
static int
config_take_option(cfg_t *section, cfg_opt_t *option)
{
	const char *text = cfg_opt_getnstr(option, 0);
	size_t i = 0;

	while (strcmp(rows[i].section, cfg_name(section)) != 0 ||
	       strcmp(rows[i].name, cfg_opt_name(option)) != 0)
		i++;
	if (reading->seen & 1u << i)
		config_complain(
		    section->line, "'%s' is given twice", rows[i].name);
	reading->seen |= 1u << i;
	if (!rows[i].read(
		&rows[i], text, (char *)reading->config + rows[i].offset))
		config_complain(section->line, "%s: '%s' is not %s",
		    rows[i].name, text, rows[i].expected);
	return 0;
}

/* A plugin's section has been read. */
static int
config_take_plugin(cfg_t *root, cfg_opt_t *option)
{
	cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
	const char *title = cfg_title(section);

	if (title[0] == '\0' || strlen(title) > PLUGIN_PATH_MAX ||
	    (title[0] != '/' && strchr(title, '/') != NULL))
		config_complain(root->line,
		    "'%s' is neither the name of a plugin nor an absolute path",
		    title);
	if (cfg_num(section) > PLUGIN_SETTINGS_MAX)
		config_complain(root->line,
		    "plugin '%s' has more than %d settings", title,
		    PLUGIN_SETTINGS_MAX);
	return 0;
}

/* --- from text to struct config ------------------------------------------- */

static void
config_add_plugin(struct config *config, cfg_t *section)
{
	struct config_plugin *plugin;
	size_t count = cfg_num(section);

	config->plugins = memory_resize(config->plugins,
	    config->plugin_count + 1, sizeof(*config->plugins));
	plugin = &config->plugins[config->plugin_count++];
	plugin->what = memory_strdup(cfg_title(section));
	plugin->settings =
	    memory_zalloc((count + 1) * sizeof(*plugin->settings));
	plugin->setting_count = count;
	for (size_t i = 0; i < count; i++) {
		cfg_opt_t *option = cfg_getnopt(section, (unsigned)i);

		plugin->settings[i].key = memory_strdup(cfg_opt_name(option));
		plugin->settings[i].value =
		    memory_strdup(cfg_opt_getnstr(option, 0));
	}
}

/* Fills options with those of a section; returns how many there are. */
static size_t
config_list(const char *section, cfg_opt_t *options)
{
	const cfg_opt_t end = CFG_END();
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		cfg_opt_t option = CFG_STR(rows[i].name, NULL, CFGF_NODEFAULT);

		if (strcmp(rows[i].section, section) != 0)
			continue;
		option.validcb = config_take_option;
		options[count++] = option;
	}
	options[count] = end;
	return count;
}

static cfg_t *
config_grammar(void)
{
	cfg_opt_t of_control[ARRAY_LENGTH(rows) + 1];
	cfg_opt_t of_history[ARRAY_LENGTH(rows) + 1];
	cfg_opt_t of_netns[ARRAY_LENGTH(rows) + 1];
	cfg_opt_t of_root[ARRAY_LENGTH(rows) + 5];
	cfg_opt_t of_plugin[] = {CFG_END()};
	const cfg_opt_t end = CFG_END();
	cfg_opt_t *root = of_root + config_list(ROOT_SECTION, of_root);
	cfg_t *grammar;

	(void)config_list(CONTROL_SECTION, of_control);
	(void)config_list(HISTORY_SECTION, of_history);
	(void)config_list(NETNS_SECTION, of_netns);
	*root++ = (cfg_opt_t)CFG_SEC(
	    CONTROL_SECTION, of_control, CFGF_KEYSTRVAL | CFGF_NODEFAULT);
	*root++ = (cfg_opt_t)CFG_SEC(
	    HISTORY_SECTION, of_history, CFGF_KEYSTRVAL | CFGF_NODEFAULT);
	*root++ = (cfg_opt_t)CFG_SEC(
	    NETNS_SECTION, of_netns, CFGF_KEYSTRVAL | CFGF_NODEFAULT);
	*root++ = (cfg_opt_t)CFG_SEC(PLUGIN_SECTION, of_plugin,
	    CFGF_KEYSTRVAL | CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	*root = end;
	grammar = cfg_init(of_root, CFGF_KEYSTRVAL);
	ASSERT(grammar != NULL);
	(void)cfg_set_error_function(grammar, config_told);
	(void)cfg_set_validate_func(
	    grammar, PLUGIN_SECTION, config_take_plugin);
	return grammar;
}

static void
config_parse(const char *text)
{
	cfg_t *grammar = config_grammar();
	unsigned count;

	if (cfg_parse_buf(grammar, text) != CFG_SUCCESS && reading->errors == 0)
		config_complain(1, "the file cannot be understood");
	count = cfg_size(grammar, PLUGIN_SECTION);
	if (count > PLUGINS_MAX)
		config_complain(1, "more than %d plugins", PLUGINS_MAX);
	for (unsigned i = 0; i < count && reading->errors == 0; i++)
		config_add_plugin(
		    reading->config, cfg_getnsec(grammar, PLUGIN_SECTION, i));
	(void)cfg_free(grammar);
}

struct config *
config_read(const char *file)
{
	struct reading state = {.config = config_default()};
	char *text;

	if (file == NULL && access(NETINST_CONFIG_FILE, F_OK) != 0)
		return state.config;
	state.file = file != NULL ? file : NETINST_CONFIG_FILE;
	text = config_text_load(state.file, &state.errors);
	if (text != NULL) {
		reading = &state;
		config_parse(text);
		reading = NULL;
		free(text);
	}
	if (text != NULL && state.errors == 0)
		return state.config;
	config_free(state.config);
	return NULL;
}

/* --- defaults ------------------------------------------------------------- */

/* As many workers as the daemon may use CPUs, but never one alone. */
static unsigned
config_default_workers(void)
{
	cpu_set_t cpus;
	int count;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		return 2;
	count = CPU_COUNT(&cpus);
	return count < 2 ? 2 : count > WORKERS_MAX ? WORKERS_MAX : count;
}

static char *
config_default_socket(void)
{
	const char *directory = getenv("XDG_RUNTIME_DIR");
	char *path;

	if (geteuid() == 0)
		return memory_strdup(RPC_SOCKET_ROOT);
	if (directory == NULL || directory[0] != '/')
		return NULL;
	if (asprintf(&path, "%s/%s", directory, RPC_SOCKET_USER) < 0)
		return NULL;
	return path;
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
	config->history_max_age = 30 * DURATION_MAX;
	return config;
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
