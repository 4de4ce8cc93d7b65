/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c: the one place where running out of memory ends the daemon. */
#include "base/memory.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_out.h"
#include "base/perturb.h"

/*
 * By default each thread gets from an arena of its own and gives back to the
 * one it came from, where nobody else looks; the threads' own small caches
 * keep one arena from being a bottleneck.
 */
void
memory_share(void)
{
	(void)mallopt(M_ARENA_MAX, 1);
}

static void *
memory_or_die(void *memory, size_t size)
{
	char text[80];

	perturb();
	if (memory == NULL) {
		(void)snprintf(text, sizeof(text),
		    "netinst: out of memory: could not get %zu bytes\n", size);
		log_out_last(text, strlen(text));
		abort();
	}
	return memory;
}

void *
memory_alloc(size_t size)
{
	return memory_or_die(malloc(size), size);
}

void *
memory_zalloc(size_t size)
{
	return memory_or_die(calloc(1, size), size);
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	return memory_or_die(reallocarray(old, count, size), count * size);
}

char *
memory_strdup(const char *text)
{
	return memory_or_die(strdup(text), strlen(text) + 1);
}

char *
memory_format(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = memory_vformat(format, arguments);
	va_end(arguments);
	return text;
}

char *
memory_vformat(const char *format, va_list arguments)
{
	char *text;
	int length = vasprintf(&text, format, arguments);

	return memory_or_die(length < 0 ? NULL : text, strlen(format));
}
