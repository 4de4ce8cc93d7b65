/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: allocation that does not fail. A daemon of this size cannot do
 * anything useful without memory, so running out ends it in one place, with a
 * line that says how much was asked for. Sizes that a client chooses are
 * bounded before they come here.
 */
#ifndef NETINST_BASE_MEMORY_H
#define NETINST_BASE_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/*
 * For the start of main(): memory that threads give back is used again by all
 * of them, so that what a peak has taken does not grow with every peak.
 */
void memory_share(void);

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
