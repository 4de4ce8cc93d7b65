/* SPDX-License-Identifier: Apache-2.0 */
/* config_text.h: the text of a configuration file, ready for libconfuse. */
#ifndef NETINST_CONFIG_TEXT_H
#define NETINST_CONFIG_TEXT_H

#define CONFIG_SIZE_MAX (1 << 20) /* bytes of the file */

/* The most that is said of one file: who made more mistakes has others. */
#define CONFIG_COMPLAINTS_MAX 100

/*
 * Reads file. Returns its text without comments, every line where it was and
 * nothing in it that stands for something else, for the caller to free, or
 * NULL. What is wrong is printed to standard error as
 * FILE:LINE: TEXT and counted in *errors.
 */
char *config_text_load(const char *file, unsigned *errors);

#endif
