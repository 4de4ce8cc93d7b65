/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.h: watches every callback in the child. The board says what each thread
 * is inside of; what a callback has changed when it returns is a finding.
 */
#ifndef NETINST_CHECK_WATCH_H
#define NETINST_CHECK_WATCH_H

#include "check/child/interpose.h"

struct owner;

/*
 * Begins, before core_start(); replacements end with NULL: the tables of what
 * the plugin is to call instead. Main thread.
 */
void watch_start(const struct interpose_row *const *replacements);

/* The plugin's owner; takes a reference for good. Any thread. */
void watch_owner(struct owner *owner);

/* Reports what is left. Main thread; plugin and instances are gone. */
void watch_finish(void);

#endif
