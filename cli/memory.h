/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: allocation that does not fail. A command that runs out of memory
 * says so in one line and ends with EXIT_FAILED, unless it said otherwise.
 */
#ifndef NETINST_CLI_MEMORY_H
#define NETINST_CLI_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* The exit code of a command for which EXIT_FAILED means something else. */
void memory_exit_with(int code);

/* Ends the program when what the allocator of a library gave is NULL. */
void *memory_check(void *memory) __attribute__((returns_nonnull));

void *memory_zalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull));
void *memory_resize(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull));

/* The caller frees the text. */
char *memory_format(const char *format, ...)
    __attribute__((format(printf, 1, 2), malloc, returns_nonnull));
char *memory_vformat(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0), malloc, returns_nonnull));

#endif
