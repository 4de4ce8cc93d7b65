/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c: the one place where a program runs out of memory. Owns the handler,
 * which is set before there are threads.
 */
#include "lib/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef NETINST_PERTURB
/* The daemon's (base/perturb.h); netinstctl has none. */
void perturb(void) __attribute__((weak));
#endif

static void
memory_complain(size_t size)
{
	(void)fprintf(stderr, "out of memory: could not get %zu bytes\n", size);
}

static void (*memory_ran_out)(size_t size) = memory_complain;

void
memory_on_shortage(void (*handler)(size_t size))
{
	memory_ran_out = handler;
}

static void *
memory_or_die(void *memory, size_t size)
{
#ifdef NETINST_PERTURB
	if (perturb != NULL)
		perturb();
#endif
	if (memory == NULL) {
		memory_ran_out(size);
		abort();
	}
	return memory;
}

void *
memory_check(void *memory)
{
	return memory_or_die(memory, 0);
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
