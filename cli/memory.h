/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: lib's memory. A command that runs out of memory says so in one line
 * and exits with EXIT_FAILED, unless memory_exit_with() was called.
 */
#ifndef NETINST_CLI_MEMORY_H
#define NETINST_CLI_MEMORY_H

#include "lib/memory.h"

/* For the start of main(). */
void memory_start(void);

/* The exit code of a command for which EXIT_FAILED means something else. */
void memory_exit_with(int code);

#endif
