/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: allocation that does not fail. What to do when there is no memory
 * is the program's to say, once, at its start. Any thread.
 */
#ifndef NETINST_LIB_MEMORY_H
#define NETINST_LIB_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * handler is called with the size that there was no memory for, 0 when that is
 * not known. It may end the program; if it returns, the program aborts. Until
 * one is set, a line goes to standard error.
 */
void memory_on_shortage(void (*handler)(size_t size));

/* For what the allocator of another library gave: never returns NULL. */
void *memory_check(void *memory) __attribute__((returns_nonnull));

/* Like malloc, calloc, realloc and strdup, but never NULL. */
void *memory_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *memory_zalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *memory_resize(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull));
char *memory_strdup(const char *text) __attribute__((malloc, returns_nonnull));

/* What printf() would print; the caller frees it. */
char *memory_format(const char *format, ...)
    __attribute__((format(printf, 1, 2), malloc, returns_nonnull));
char *memory_vformat(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0), malloc, returns_nonnull));

#endif
