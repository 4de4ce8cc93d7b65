/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace.h: what a plugin calls instead of the C library's functions for
 * memory (replace_memory.c) and the process (replace_process.c), and instead of
 * the framework's (replace_api.c). Any thread.
 */
#ifndef NETINST_CHECK_REPLACE_H
#define NETINST_CHECK_REPLACE_H

#include "check/child/interpose.h"

/* Each ends with a row without a name. */
extern const struct interpose_row replace_memory_rows[];
extern const struct interpose_row replace_process_rows[];
extern const struct interpose_row replace_api_rows[];

#endif
