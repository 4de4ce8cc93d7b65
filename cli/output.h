/* SPDX-License-Identifier: Apache-2.0 */
/* output.h: standard output, and what happens when its reader goes away. */
#ifndef NETINST_CLI_OUTPUT_H
#define NETINST_CLI_OUTPUT_H

#include <stdbool.h>

/* Before anything is opened or printed. */
void output_start(void);

/* Flushes standard output; false: nobody reads it any more. */
bool output_flush(void);

/*
 * After everything. Returns code: also when the reader went away, as head(1)
 * does, because it got what it wanted; but EXIT_FAILED, after printing why,
 * when output could not be written.
 */
int output_finish(int code);

#endif
