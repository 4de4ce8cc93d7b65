/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h: netinstd --check finds what a plugin does wrong before a daemon runs
 * it. It looks at the file, then puts the plugin through simulated lives in
 * child processes, under the real core and the real loader. No daemon needs to
 * run. Main thread, without any other.
 */
#ifndef NETINST_CHECK_CHECK_H
#define NETINST_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "check_exec.h"
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

/* Prints the report to standard output. */
enum check_exit check_run(const struct check_request *request);

#endif
