/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: netinst-check, which netinstd --check becomes. It is linked with all
 * of netinstd but its main(), so that a plugin meets the same functions. With
 * --check-child it is the child of another netinst-check. Owns the scratch
 * directory: children map copies of the plugin from there, because valgrind(1)
 * reads mapped files by path, and remove each copy at once; only a plugin that
 * hangs while it is loaded leaves one. Main thread.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "check/board.h"
#include "check/child/child.h"
#include "check/parent/check.h"
#include "check/parent/interrupt.h"
#include "config_process.h"
#include "options.h"
#include "plugin/trust.h"
#include "process.h"

/*
 * Makes a private directory, mode 0700, below another, unless files there may
 * not be mapped as programs (/run often forbids it) or others could exchange
 * it.
 */
static bool
scratch_create_in(const char *parent, char path[static PATH_MAX])
{
	struct statvfs file_system;
	struct refusal refusal;
	int length, fd;

	if (parent == NULL || parent[0] != '/' ||
	    statvfs(parent, &file_system) != 0 ||
	    (file_system.f_flag & ST_NOEXEC) != 0)
		return false;
	length = snprintf(path, PATH_MAX, "%s/netinstd-XXXXXX", parent);
	if (length < 0 || length >= PATH_MAX || mkdtemp(path) == NULL)
		return false;
	fd = trust_open_directory(path, &refusal);
	if (fd >= 0) {
		(void)close(fd);
		return true;
	}
	(void)rmdir(path);
	return false;
}

/* Below the first of these that allows it; false when none does. */
static bool
scratch_create(char path[static PATH_MAX])
{
	const char *const parents[] = {getenv("TMPDIR"), "/tmp", "/var/tmp"};

	for (size_t i = 0; i < ARRAY_LENGTH(parents); i++)
		if (scratch_create_in(parents[i], path))
			return true;
	return false;
}

/* Removes it with what is in it. */
static void
scratch_remove(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	}
	if (directory != NULL)
		(void)closedir(directory);
	if (rmdir(path) != 0)
		log_warning(
		    "daemon", "%s stays behind: %s", path, strerror(errno));
}

/* Checks options->check. Returns the exit code. */
static int
main_check(const struct options *options)
{
	struct check_request request = {
	    .plugin = options->check,
	    .settings = options->settings,
	    .setting_count = options->setting_count,
	    .json = options->json,
	    .valgrind = options->valgrind,
	};
	struct config *config = config_process_read(options->config_file);
	char scratch[PATH_MAX];
	int result = CHECK_CANNOT_RUN;

	if (config == NULL)
		return CHECK_CANNOT_RUN;
	interrupt_hold();
	if (scratch_create(scratch)) {
		request.directory = config->plugin_directory;
		request.scratch = scratch;
		result = check_run(&request);
		scratch_remove(scratch);
	} else {
		(void)fprintf(stderr, "netinstd: nowhere to map plugins from: "
				      "TMPDIR, /tmp or /var/tmp must allow "
				      "it\n");
	}
	interrupt_release();
	config_free(config);
	return result;
}

int
main(int argc, char **argv)
{
	struct options options;
	int result;

	if (!process_fill_descriptors())
		return CHECK_CANNOT_RUN;
	memory_start();
	/* It was run by a descriptor, whose number would be its name. */
	(void)prctl(PR_SET_NAME, "netinst-check");
	if (argc == 3 && strcmp(argv[1], CHECK_CHILD) == 0)
		return child_main((int)strtol(argv[2], NULL, 10));
	result = options_parse(&options, argc, argv);
	if (result == OPTIONS_GO_ON && options.check == NULL) {
		(void)fprintf(
		    stderr, "netinst-check: run it as netinstd --check\n");
		result = EXIT_USAGE;
	}
	if (result == OPTIONS_GO_ON)
		result = main_check(&options);
	options_free(&options);
	return result;
}
