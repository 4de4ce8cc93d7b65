/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leftovers.h: what the framework had to take back because the plugin left it
 * behind. The core counts it for the plugin's owner right after the callback
 * that should have done it; any thread.
 */
#ifndef NETINST_CHECK_LEFTOVERS_H
#define NETINST_CHECK_LEFTOVERS_H

#include <netinst/types.h>

#include "check/board.h"

struct owner;

/* The plugin's owner; a reference is taken for good. */
void leftovers_of(struct owner *owner);

/* A pair ends with the callback at place: what is counted next, is its. */
void leftovers_expect(const struct place *place);

/* Reports what was counted since the last time. */
void leftovers_look(void);

#endif
