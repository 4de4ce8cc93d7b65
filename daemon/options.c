/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.c: the command line. One row per option gives its names, what it
 * does and its help, so that these cannot drift apart. Main thread, before
 * there is any other.
 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "base/memory.h"

struct row {
	int letter;
	const char *name;
	const char *value; /* what help calls the argument; NULL: none */
	const char *help;
	/* Returns OPTIONS_GO_ON or an exit code. */
	int (*take)(struct options *options, const char *value);
};

static int options_help(struct options *options, const char *value);

static int
options_take_config(struct options *options, const char *value)
{
	options->config_file = value;
	return OPTIONS_GO_ON;
}

static int
options_take_socket(struct options *options, const char *value)
{
	options->socket = value;
	return OPTIONS_GO_ON;
}

static int
options_take_plugin(struct options *options, const char *value)
{
	options->plugins = memory_resize(options->plugins,
	    options->plugin_count + 1, sizeof(*options->plugins));
	options->plugins[options->plugin_count++] = value;
	return OPTIONS_GO_ON;
}

static int
options_take_test(struct options *options, const char *value)
{
	(void)value;
	options->test = true;
	return OPTIONS_GO_ON;
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

static const struct row rows[] = {
    {'c', "config", "FILE", "read FILE instead of " NETINST_CONFIG_FILE,
	options_take_config},
    {'s', "socket", "PATH",
	"serve clients on PATH (also: $" RPC_SOCKET_ENVIRON ")",
	options_take_socket},
    {'p', "plugin", "PLUGIN",
	"load PLUGIN, a path or a name; may be given again",
	options_take_plugin},
    {'t', "test", NULL, "check the configuration, print every error and exit",
	options_take_test},
    {'V', "version", NULL, "print the version and exit", options_version},
    {'h', "help", NULL, "print this and exit", options_help},
};

static int
options_help(struct options *options, const char *value)
{
	char usage[64];

	(void)options, (void)value;
	(void)printf("Usage: netinstd [OPTION]...\n"
		     "Tells plugins about the network instances of this host, "
		     "in order.\n\n");
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		(void)snprintf(usage, sizeof(usage), "-%c, --%s %s",
		    rows[i].letter, rows[i].name,
		    rows[i].value != NULL ? rows[i].value : "");
		(void)printf("  %-22s %s\n", usage, rows[i].help);
	}
	(void)printf("\nSIGTERM and SIGINT stop it in order, SIGHUP reads the "
		     "configuration again.\n");
	return EXIT_OK;
}

static const struct row *
options_find(int letter)
{
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		if (rows[i].letter == letter)
			return &rows[i];
	}
	return NULL;
}

static int
options_usage(void)
{
	(void)fprintf(stderr, "netinstd --help lists the options\n");
	return EXIT_USAGE;
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
		*end++ = (char)rows[i].letter;
		if (rows[i].value != NULL)
			*end++ = ':';
	}
	*end = '\0';
	*options = (struct options){.socket = getenv(RPC_SOCKET_ENVIRON)};
	if (options->socket != NULL && options->socket[0] == '\0')
		options->socket = NULL;
	while (result == OPTIONS_GO_ON &&
	       (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct row *row = options_find(letter);

		if (row == NULL)
			return options_usage();
		result = row->take(options, optarg);
	}
	if (result == OPTIONS_GO_ON && optind < argc) {
		(void)fprintf(
		    stderr, "netinstd: '%s' is not an option\n", argv[optind]);
		return options_usage();
	}
	return result;
}

struct config *
options_read_config(const struct options *options)
{
	struct config *config = config_read(options->config_file);

	if (config == NULL)
		return NULL;
	if (options->socket != NULL) {
		free(config->socket);
		config->socket = memory_strdup(options->socket);
	}
	if (config->socket != NULL)
		return config;
	(void)fprintf(stderr, "netinstd: no control socket: give one with -s, "
			      "or set XDG_RUNTIME_DIR\n");
	config_free(config);
	return NULL;
}

void
options_free(struct options *options)
{
	free(options->plugins);
}
