/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c: the one place where running out of memory ends the daemon. */
#include "base/memory.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/log_out.h"

/* Any thread. Returns to lib/memory.c, which aborts. */
static void
memory_ran_out(size_t size)
{
	char text[80];

	(void)snprintf(text, sizeof(text),
	    "netinst: out of memory: could not get %zu bytes\n", size);
	log_out_last(text, strlen(text));
}

/*
 * By default each thread gets from an arena of its own and gives back to the
 * one it came from, where nobody else looks; the threads' own small caches
 * keep one arena from being a bottleneck.
 */
void
memory_start(void)
{
	memory_on_shortage(memory_ran_out);
	(void)mallopt(M_ARENA_MAX, 1);
}
