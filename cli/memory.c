/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c: what netinstctl does without memory: it exits, and the daemon
 * notices that the connection is closed.
 */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

static int memory_exit_code = EXIT_FAILED;

void
memory_exit_with(int code)
{
	memory_exit_code = code;
}

static void
memory_ran_out(size_t size)
{
	(void)size;
	(void)fputs("netinstctl: out of memory\n", stderr);
	exit(memory_exit_code);
}

void
memory_start(void)
{
	memory_on_shortage(memory_ran_out);
}
