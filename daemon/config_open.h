/* SPDX-License-Identifier: Apache-2.0 */
/* config_open.h: a configuration file that only root can have written. */
#ifndef NETINST_CONFIG_OPEN_H
#define NETINST_CONFIG_OPEN_H

#include <stdio.h>

/*
 * Opens file, for the caller to close: whoever can write to it could let the
 * daemon obey them. Says on standard error why it returns NULL. May wait, for a
 * pipe.
 */
FILE *config_open(const char *file);

#endif
