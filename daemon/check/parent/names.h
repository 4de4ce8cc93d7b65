/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h: the names that are taken in a process of netinstd's, as the dynamic
 * linker sees them before any plugin is there. Any thread.
 */
#ifndef NETINST_CHECK_NAMES_H
#define NETINST_CHECK_NAMES_H

#include <stdbool.h>

/*
 * The file name of the object that has the symbol, "netinstd" for the program
 * itself, NULL when none has it. Borrowed for good.
 */
const char *names_owner(const char *symbol);

/* Whether a library of that file name is there. */
bool names_has_library(const char *library);

#endif
