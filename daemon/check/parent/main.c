/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c: netinst-check, which netinstd --check becomes. It is linked with all
 * of netinstd but its main(), so that a plugin meets the same functions. With
 * --check-child it is the child of another netinst-check. Main thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include <netinst/rpc.h>

#include "base/memory.h"
#include "check/board.h"
#include "check/child/child.h"
#include "check/parent/check.h"
#include "check/parent/interrupt.h"
#include "check/scratch.h"
#include "config_process.h"
#include "options.h"
#include "process.h"

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
	char *scratch;
	int result = CHECK_CANNOT_RUN;

	if (config == NULL)
		return CHECK_CANNOT_RUN;
	interrupt_hold();
	scratch = scratch_create();
	if (scratch != NULL) {
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
	free(scratch);
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
