/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_file.c: the configuration file. libconfuse knows the grammar,
 * config_option.c the options. One thread, in a process of its own.
 *
 * libconfuse stops at the first unknown option. To name all of them, every
 * section accepts any key, and config_parser_error() reports those that no row
 * of the table knows.
 */
#include "config_file.h"

#include <confuse.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/memory.h"
#include "config_list.h"
#include "config_option.h"
#include "config_text.h"

#define PLUGIN_SECTION "plugin"
#define UNKNOWN_KEY    "no such option '%s'"

/* The file that is being read; libconfuse's callbacks carry no argument. */
static struct reading {
	const char *file;
	FILE *list;
	unsigned errors;
	uint32_t seen;	       /* one bit for each option */
	struct config *config; /* takes the values, to see whether they do */
} * reading;

/* --- what libconfuse tells ------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void
config_complain(int line, const char *format, ...)
{
	va_list arguments;

	if (reading->errors++ == CONFIG_COMPLAINTS_MAX)
		(void)fprintf(stderr, "%s: and more\n", reading->file);
	if (reading->errors > CONFIG_COMPLAINTS_MAX)
		return;
	va_start(arguments, format);
	(void)fprintf(stderr, "%s:%d: ", reading->file, line);
	(void)vfprintf(stderr, format, arguments);
	(void)fputc('\n', stderr);
	va_end(arguments);
}

/* libconfuse's error function. */
__attribute__((format(printf, 2, 0))) static void
config_parser_error(cfg_t *section, const char *format, va_list arguments)
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
config_take_option(cfg_t *section, cfg_opt_t *taken)
{
	const char *text = cfg_opt_getnstr(taken, 0);
	const struct config_option *option =
	    config_option_find(cfg_name(section), cfg_opt_name(taken));
	uint32_t bit = UINT32_C(1) << (option - config_options);

	if (reading->seen & bit)
		config_complain(
		    section->line, "'%s' is given twice", option->name);
	reading->seen |= bit;
	if (!config_option_set(option, text, reading->config) ||
	    (option->exists != NULL && !option->exists(text)))
		config_complain(section->line, "%s: '%s' is not %s",
		    option->name, text, option->expected);
	config_list_option(reading->list, option, text);
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

/* --- the grammar ---------------------------------------------------------- */

/* Fills options with those of a section; returns how many there are. */
static size_t
config_list_section(const char *section, cfg_opt_t *options)
{
	const cfg_opt_t end = CFG_END();
	size_t count = 0;

	for (size_t i = 0; i < config_option_count; i++) {
		cfg_opt_t option =
		    CFG_STR(config_options[i].name, NULL, CFGF_NODEFAULT);

		if (strcmp(config_options[i].section, section) != 0)
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
	static const char *const sections[] = {
	    CONFIG_CONTROL, CONFIG_HISTORY, CONFIG_NETNS};
	enum { ROOM = sizeof(reading->seen) * CHAR_BIT + 1 };
	cfg_opt_t of_sections[ARRAY_LENGTH(sections)][ROOM];
	cfg_opt_t of_root[ROOM + ARRAY_LENGTH(sections) + 1];
	cfg_opt_t of_plugin[] = {CFG_END()};
	const cfg_opt_t end = CFG_END();
	cfg_opt_t *root = of_root + config_list_section(CONFIG_ROOT, of_root);
	cfg_t *grammar;

	ASSERT(config_option_count < ROOM);
	for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
		(void)config_list_section(sections[i], of_sections[i]);
		*root++ = (cfg_opt_t)CFG_SEC(sections[i], of_sections[i],
		    CFGF_KEYSTRVAL | CFGF_NODEFAULT);
	}
	*root++ = (cfg_opt_t)CFG_SEC(PLUGIN_SECTION, of_plugin,
	    CFGF_KEYSTRVAL | CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
	*root = end;
	grammar = cfg_init(of_root, CFGF_KEYSTRVAL);
	if (grammar == NULL)
		return NULL;
	(void)cfg_set_error_function(grammar, config_parser_error);
	(void)cfg_set_validate_func(
	    grammar, PLUGIN_SECTION, config_take_plugin);
	return grammar;
}

static void
config_list_plugins(cfg_t *grammar)
{
	unsigned count = cfg_size(grammar, PLUGIN_SECTION);

	if (count > PLUGINS_MAX)
		config_complain(1, "more than %d plugins", PLUGINS_MAX);
	for (unsigned i = 0; i < count && reading->errors == 0; i++) {
		cfg_t *section = cfg_getnsec(grammar, PLUGIN_SECTION, i);

		config_list_plugin(reading->list, cfg_title(section));
		for (unsigned j = 0; j < cfg_num(section); j++) {
			cfg_opt_t *option = cfg_getnopt(section, j);

			config_list_setting(reading->list, cfg_opt_name(option),
			    cfg_opt_getnstr(option, 0));
		}
	}
}

static void
config_parse(const char *text)
{
	cfg_t *grammar = config_grammar();

	if (grammar == NULL) {
		config_complain(1, "out of memory");
		return;
	}
	if (cfg_parse_buf(grammar, text) != CFG_SUCCESS && reading->errors == 0)
		config_complain(1, "the file cannot be understood");
	config_list_plugins(grammar);
	(void)cfg_free(grammar);
}

bool
config_file_read(const char *file, FILE *list)
{
	struct reading state = {.file = file, .list = list};
	struct stat ignored;
	char *text;

	/* A file that exists but cannot be read is not left out. */
	if (file == NULL && lstat(NETINST_CONFIG_FILE, &ignored) != 0 &&
	    errno == ENOENT)
		return config_list_end(list);
	if (file == NULL)
		state.file = NETINST_CONFIG_FILE;
	text = config_text_load(state.file, &state.errors);
	if (text == NULL)
		return false;
	state.config = config_default();
	reading = &state;
	config_parse(text);
	reading = NULL;
	config_free(state.config);
	free(text);
	return state.errors == 0 && config_list_end(list);
}
