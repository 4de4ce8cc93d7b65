/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload.h: what changes while the daemon runs when its configuration file is
 * read again, and what has to wait for the next start. Loop thread.
 */
#ifndef NETINST_RELOAD_H
#define NETINST_RELOAD_H

#include "config.h"

/*
 * Logs a line for each difference that only a restart brings into force, and
 * swaps those values, so that fresh says what is in force.
 */
void reload_keep(struct config *old, struct config *fresh);

#endif
