/* SPDX-License-Identifier: Apache-2.0 */
/* config_open.h: a configuration file; root's only root can have written. */
#ifndef NETINST_CONFIG_OPEN_H
#define NETINST_CONFIG_OPEN_H

#include <stdio.h>

/*
 * Opens file, for the caller to close. Root's daemon refuses one that others
 * can write, for it would obey them. Returns NULL after printing why to
 * standard error. May wait, for a pipe.
 */
FILE *config_open(const char *file);

#endif
