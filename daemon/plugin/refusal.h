/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h: why something was not done: a code for programs, one sentence and
 * a hint for people. The function that finds the fault fills it in, everyone
 * above passes the code on. Owned by one job; any thread, one at a time.
 */
#ifndef NETINST_PLUGIN_REFUSAL_H
#define NETINST_PLUGIN_REFUSAL_H

#include "plugin/plugins.h"

struct refusal {
	int code; /* one of struct plugin_outcome's; 0: nothing was refused */
	char text[PLUGIN_PATH_MAX + 512];
	char hint[PLUGIN_PATH_MAX + 512];
};

/* Sets code (negative) and text, and returns code. Longer text is cut. */
int refusal_set(struct refusal *refusal, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the hint. */
void refusal_hint(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts a beginning, such as "it was unloaded, but ", before the text. */
void refusal_prefix(struct refusal *refusal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
