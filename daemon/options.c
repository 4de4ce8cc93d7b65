/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c: the command line. One row per option gives its names, what it
 * does and its help, so that these cannot drift apart. Main thread, before
 * there is any other.
 */
#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"

/* An option sets a member, unless take is there and says otherwise. */
struct row {
	int letter; /* from LONG_ONLY on: it has none */
	const char *name;
	const char *value; /* what help calls the argument; NULL: none */
	const char *help;  /* NULL: not for people */
	size_t member; /* of struct options: a text, a switch without value */
	/* Returns OPTIONS_GO_ON or an exit code. */
	int (*take)(struct options *options, const char *value);
};

#define USAGE_MAX  64 /* bytes of "-c, --config FILE" */
#define SOURCE_ON  "netns=on"
#define SOURCE_OFF "netns=off"

enum {
	LONG_ONLY = 256,
	CHECK,
	JSON,
	READ_CONFIG,
	SET,
	SOURCE,
	STATE,
	VALGRIND
};

static int options_help(struct options *options, const char *value);

__attribute__((format(printf, 1, 2))) static int
options_refuse(const char *format, ...)
{
	va_list arguments;

	(void)fputs("netinstd: ", stderr);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
	return EXIT_USAGE;
}

static int
options_add_plugin(struct options *options, const char *value)
{
	options->plugins = memory_resize(options->plugins,
	    options->plugin_count + 1, sizeof(*options->plugins));
	options->plugins[options->plugin_count++] = value;
	return OPTIONS_GO_ON;
}

static int
options_take_source(struct options *options, const char *value)
{
	options->source = value;
	if (strcmp(value, SOURCE_ON) == 0 || strcmp(value, SOURCE_OFF) == 0)
		return OPTIONS_GO_ON;
	return options_refuse(
	    "--source takes " SOURCE_ON " or " SOURCE_OFF ", not '%s'", value);
}

static int
options_take_state(struct options *options, const char *value)
{
	options->state = value;
	if (config_is_state(value))
		return OPTIONS_GO_ON;
	return options_refuse(
	    "--state takes an absolute path or none, not '%s'", value);
}

static int
options_version(struct options *options, const char *value)
{
	(void)options, (void)value;
	(void)printf("netinstd %s\nplugin interface %d.%d\n"
		     "control protocol %d\n",
	    NETINST_VERSION, NETINST_ABI_MAJOR, NETINST_ABI_MINOR,
	    NETINST_PROTOCOL);
	return EXIT_OK;
}

static int
options_take_check(struct options *options, const char *value)
{
	if (options->check != NULL)
		return options_refuse("--check takes one plugin at a time");
	options->check = value;
	return OPTIONS_GO_ON;
}

/* KEY=VALUE; the key is copied, the value borrowed. */
static int
options_add_setting(struct options *options, const char *value)
{
	const char *equals = strchr(value, '=');
	struct plugin_setting *setting;

	if (equals == NULL || equals == value)
		return options_refuse("--set takes KEY=VALUE, not '%s'", value);
	options->settings = memory_resize(options->settings,
	    options->setting_count + 1, sizeof(*options->settings));
	setting = &options->settings[options->setting_count++];
	setting->key = strndup(value, (size_t)(equals - value));
	ASSERT(setting->key != NULL);
	setting->value = equals + 1;
	return OPTIONS_GO_ON;
}

#define SETS(member) offsetof(struct options, member), NULL
#define BY(take)     0, take

static const struct row rows[] = {
    {'c', "config", "FILE", "read FILE instead of " NETINST_CONFIG_FILE,
	SETS(config_file)},
    {'s', "socket", "PATH",
	"serve clients on PATH (also: $" RPC_SOCKET_ENVIRON ")", SETS(socket)},
    {'p', "plugin", "PLUGIN",
	"load PLUGIN, a path or a name; may be given again",
	BY(options_add_plugin)},
    {SOURCE, "source", SOURCE_ON "|off",
	"whether network namespaces are instances", BY(options_take_source)},
    {STATE, "state", "DIR|none", "keep the history in DIR; the default is none",
	BY(options_take_state)},
    {'t', "test", NULL, "check the configuration, print every error and exit",
	SETS(test)},
    {CHECK, "check", "PLUGIN",
	"put PLUGIN through simulated lives, say what it does wrong and exit",
	BY(options_take_check)},
    {SET, "set", "KEY=VALUE", "with --check: a setting for its nin_load",
	BY(options_add_setting)},
    {VALGRIND, "valgrind", NULL, "with --check: run it under valgrind, too",
	SETS(valgrind)},
    {JSON, "json", NULL, "with --check: report as one JSON document",
	SETS(json)},
    {READ_CONFIG, "read-config", NULL, NULL, SETS(read_config)},
    {'V', "version", NULL, "print the version and exit", BY(options_version)},
    {'h', "help", NULL, "print this and exit", BY(options_help)},
};

static int
options_help(struct options *options, const char *value)
{
	(void)options, (void)value;
	(void)printf("Usage: netinstd [OPTION]...\n"
		     "Tells plugins about the network instances of this host, "
		     "in order.\n\n");
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		char letter[8] = "    ", usage[USAGE_MAX];

		if (rows[i].help == NULL)
			continue;
		/* "-c, --config FILE", "    --check PLUGIN" */
		if (rows[i].letter < LONG_ONLY)
			(void)snprintf(
			    letter, sizeof(letter), "-%c, ", rows[i].letter);
		(void)snprintf(usage, sizeof(usage), "%s--%s %s", letter,
		    rows[i].name, rows[i].value != NULL ? rows[i].value : "");
		(void)printf("  %-22s %s\n", usage, rows[i].help);
	}
	(void)printf("\nSIGTERM and SIGINT stop it in order, SIGHUP reads the "
		     "configuration again.\n");
	return EXIT_OK;
}

static int
options_usage(void)
{
	(void)fprintf(stderr, "netinstd --help lists the options\n");
	return EXIT_USAGE;
}

/* Takes the option of that letter; returns OPTIONS_GO_ON or an exit code. */
static int
options_take(struct options *options, int letter, const char *value)
{
	const struct row *row = rows;
	void *member;

	while (row < rows + ARRAY_LENGTH(rows) && row->letter != letter)
		row++;
	if (row == rows + ARRAY_LENGTH(rows))
		return options_usage();
	if (row->take != NULL)
		return row->take(options, value);
	member = (char *)options + row->member;
	if (row->value != NULL)
		*(const char **)member = value;
	else
		*(bool *)member = true;
	return OPTIONS_GO_ON;
}

int
options_parse(struct options *options, int argc, char **argv)
{
	struct option longs[ARRAY_LENGTH(rows) + 1] = {0};
	char shorts[2 * ARRAY_LENGTH(rows) + 1], *end = shorts;
	int letter, result = OPTIONS_GO_ON;

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		longs[i].name = rows[i].name;
		longs[i].has_arg = rows[i].value != NULL;
		longs[i].val = rows[i].letter;
		if (rows[i].letter >= LONG_ONLY)
			continue;
		*end++ = (char)rows[i].letter;
		if (rows[i].value != NULL)
			*end++ = ':';
	}
	*end = '\0';
	*options = (struct options){.socket = getenv(RPC_SOCKET_ENVIRON)};
	if (options->socket != NULL && options->socket[0] == '\0')
		options->socket = NULL;
	while (result == OPTIONS_GO_ON &&
	       (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		result = options_take(options, letter, optarg);
	if (result == OPTIONS_GO_ON && optind < argc) {
		(void)options_refuse("'%s' is not an option", argv[optind]);
		return options_usage();
	}
	if (result == OPTIONS_GO_ON && options->check == NULL &&
	    (options->json || options->valgrind ||
		options->setting_count > 0)) {
		(void)options_refuse(
		    "--json, --valgrind and --set belong to --check");
		return options_usage();
	}
	return result;
}

struct config *
options_apply(const struct options *options, struct config *config)
{
	if (options->socket != NULL) {
		free(config->socket);
		config->socket = memory_strdup(options->socket);
	}
	if (options->source != NULL)
		config->netns.enabled = strcmp(options->source, SOURCE_ON) == 0;
	if (options->state != NULL)
		config_set_state(config, options->state);
	if (config->socket != NULL)
		return config;
	log_error("daemon", "no control socket: give one with -s, or set "
			    "XDG_RUNTIME_DIR");
	config_free(config);
	return NULL;
}

void
options_free(struct options *options)
{
	free(options->plugins);
	for (size_t i = 0; i < options->setting_count; i++)
		free((char *)(uintptr_t)options->settings[i].key);
	free(options->settings);
}
