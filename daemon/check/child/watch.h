/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h: watches every callback in the child: the board says what each thread
 * is inside of, and what a callback has changed when it returns is a finding.
 */
#ifndef NETINST_CHECK_WATCH_H
#define NETINST_CHECK_WATCH_H

#include <stdbool.h>

#include "base/log.h"
#include "check/child/interpose.h"
#include "core/core.h"

struct owner;

/*
 * Begins, before core_start(); replacements end with NULL: the tables of what
 * the plugin is to call instead. Main thread.
 */
void watch_start(const struct interpose_row *const *replacements);

/* The plugin's owner; takes a reference for good. Any thread. */
void watch_owner(struct owner *owner);

/*
 * wrap.c calls these on the thread where it happens, without a lock; they do
 * not call the core. The first of each pair comes right before the plugin's
 * code, the second right after; they nest. failed: create gave NULL, or the
 * like. registrant: "" when unknown. call: "a constructor", "nin_load" or
 * "nin_unload".
 */
void watch_callback_begins(
    enum callback callback, const char *registrant, netid_t instance);
void watch_callback_over(enum callback callback, bool failed);
void watch_loader_begins(const char *call);
void watch_loader_over(void);
/* Every line of the log, whatever its level, before it is written. */
void watch_log(enum log_level level, const char *token, const char *text);

/* Reports what is left. Main thread; plugin and instances are gone. */
void watch_finish(void);

#endif
