/* SPDX-License-Identifier: Apache-2.0 */
/* config_file.h: from a configuration file to a list of what it says. */
#ifndef NETINST_CONFIG_FILE_H
#define NETINST_CONFIG_FILE_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Reads file and writes what it says to list (config_list.h); NULL: the file
 * where one is sought when none is named, if there is one. On errors prints
 * each as FILE:LINE: TEXT to standard error and returns false.
 *
 * May wait, for a slow disk or a file that is a pipe, and may end the process:
 * libconfuse does not foresee that there is no memory left. So this is only
 * for a process that does nothing else (config_process.h).
 */
bool config_file_read(const char *file, FILE *list);

#endif
