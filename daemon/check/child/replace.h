/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace.h: what a plugin under check calls instead: the C library's
 * functions for memory (replace_memory.c) and for the process
 * (replace_process.c), and the framework's own (replace_api.c). On whatever
 * thread the plugin calls from.
 */
#ifndef NETINST_CHECK_REPLACE_H
#define NETINST_CHECK_REPLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "check/child/interpose.h"

/* The function for calls of that name, or NULL: it stays as it is. */
interpose_fn replace_find(const char *name);

/* The tables; each ends with a row without a name. */
extern const struct interpose_row replace_memory_rows[];
extern const struct interpose_row replace_process_rows[];
extern const struct interpose_row replace_api_rows[];

/*
 * Counts an allocation; true when it is the one that has to fail. function and
 * size are for the report.
 */
bool memory_fails(const char *function, size_t size);

/* "the 2nd allocation, malloc() of 24 bytes in create of ..."; "": none failed.
 * Also in a signal handler. */
const char *memory_failure(void);

/* A call of the framework did not do what was wanted. why: NULL: not known. */
void replace_report_refusal(const char *function, const char *why);

#endif
