/* SPDX-License-Identifier: Apache-2.0 */
/* config_text.h: the text of a configuration file, ready for libconfuse. */
#ifndef NETINST_CONFIG_TEXT_H
#define NETINST_CONFIG_TEXT_H

#define CONFIG_SIZE_MAX (1 << 20) /* bytes of the file */

/* The most complaints about one file. */
#define CONFIG_COMPLAINTS_MAX 100

/*
 * Reads file. Returns its text, for the caller to free, with blanks for
 * comments and nothing in it that libconfuse would replace; or NULL. Prints
 * what is wrong to standard error, as FILE:LINE: TEXT, and counts it in
 * *errors.
 */
char *config_text_load(const char *file, unsigned *errors);

#endif
