/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.c: the one place where netinstctl runs out of memory. Nothing is lost
 * by ending there: the daemon notices that the connection is closed.
 */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <netinst/rpc.h>

static int memory_exit_code = EXIT_FAILED;

void
memory_exit_with(int code)
{
	memory_exit_code = code;
}

void *
memory_check(void *memory)
{
	if (memory == NULL) {
		(void)fputs("netinstctl: out of memory\n", stderr);
		exit(memory_exit_code);
	}
	return memory;
}

void *
memory_zalloc(size_t count, size_t size)
{
	return memory_check(calloc(count != 0 ? count : 1, size));
}

void *
memory_resize(void *old, size_t count, size_t size)
{
	return memory_check(reallocarray(old, count, size));
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

	return memory_check(length < 0 ? NULL : text);
}
