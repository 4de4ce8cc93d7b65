/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.h: standard output, and those who stop reading it.
 */
#ifndef NETINST_CLI_OUTPUT_H
#define NETINST_CLI_OUTPUT_H

#include <stdbool.h>

/* Before anything is opened or printed. */
void output_start(void);

/* Hands on what was printed; false: more of it would be for nobody. */
bool output_flush(void);

/*
 * After everything. Returns code: also when the reader went away, as head(1)
 * does, because it got what it wanted; but EXIT_FAILED, after printing why,
 * when output could not be written.
 */
int output_finish(int code);

#endif
