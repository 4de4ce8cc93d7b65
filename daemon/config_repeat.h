/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_repeat.h: settings that a plugin's section gives twice: libconfuse
 * does not know them beforehand, and silently takes the last one. One thread,
 * in a process of its own.
 */
#ifndef NETINST_CONFIG_REPEAT_H
#define NETINST_CONFIG_REPEAT_H

#include <stddef.h>

/* Called for each with its line and its name, which no NUL ends. */
typedef void (*config_repeat_fn)(
    void *arg, int line, const char *name, size_t length);

/* Visits them. text: every string is closed, and there are no comments. */
void config_repeat_visit(const char *text, config_repeat_fn visit, void *arg);

#endif
