/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h: netinstd --check: what a plugin does wrong, found before a daemon
 * runs it. The file is looked at, then the plugin is put through simulated
 * lives in child processes, under the real core and the real loader. No daemon
 * needs to run. Main thread, without any other.
 */
#ifndef NETINST_CHECK_CHECK_H
#define NETINST_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "plugin/plugins.h"

struct check_request {
	const char *plugin;    /* path or name */
	const char *directory; /* where names are sought */
	const char *scratch;   /* private directory; may be filled */
	const struct plugin_setting *settings; /* for nin_load */
	size_t setting_count;
	bool json;     /* one document instead of text */
	bool valgrind; /* children run under it */
};

/* Exit codes. */
enum check_exit { CHECK_CLEAN = 0, CHECK_FINDINGS = 1, CHECK_CANNOT_RUN = 2 };

/* Prints the report to standard output. Returns one of the above. */
enum check_exit check_run(const struct check_request *request);

/* The process is a child of the above: fd is what --check-child was given. */
int check_child(int fd);

#endif
