/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h: why something was not done: a code for programs, one sentence and
 * a hint for people. The function that finds the fault fills it in, everyone
 * above passes the code on. Owned by one job; any thread, one at a time.
 */
#ifndef NETINST_PLUGIN_REFUSAL_H
#define NETINST_PLUGIN_REFUSAL_H

#include <stdint.h>

#include "plugin/plugins.h"

/* What to do about a path that leads nowhere. */
#define HINT_CHECK_PATH "check the path for a slip"

struct refusal {
	int code; /* one of struct plugin_outcome's; 0: nothing was refused */
	uint64_t limit; /* with -ENOSPC: the limit that was reached; or 0 */
	char text[PLUGIN_PATH_MAX + 512];
	char hint[PLUGIN_PATH_MAX + 512];
};

/*
 * Sets all three and returns code, which is negative. hint is copied; longer
 * texts are cut.
 */
int refusal_set(struct refusal *refusal, int code, const char *hint,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same for an errno, whose words end the text. What is no matter of the
 * file, but of the daemon having no more of something, has its own code and
 * hint.
 */
int refusal_set_error(struct refusal *refusal, int error, const char *hint,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Names the limit, after refusal_set() with -ENOSPC. Returns the code. */
int refusal_limit(struct refusal *refusal, uint64_t limit);

/* Replaces the hint by one with particulars in it. Returns the code. */
int refusal_hint(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts a beginning, such as "it was unloaded, but ", before the text. */
void refusal_prefix(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
