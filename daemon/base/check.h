/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h: the word for a bug. ASSERT() is for what cannot happen; it stays in
 * every build, prints where and what, and aborts. Failures of the world return
 * a negative errno instead, mistakes of a client become an RPC error.
 */
#ifndef NETINST_BASE_CHECK_H
#define NETINST_BASE_CHECK_H

#include <stddef.h>

#include "lib/memory.h"

/*
 * Objects that a stale pointer can reach start with a magic number; CHECK()
 * turns a use after free into an assertion.
 */
#define CHECK(object, number)                                                  \
	do {                                                                   \
		ASSERT((object) != NULL);                                      \
		ASSERT((object)->magic == (number));                           \
	} while (0)

#define ASSERT(condition)                                                      \
	do {                                                                   \
		if (__builtin_expect(!(condition), 0))                         \
			check_failed(                                          \
			    #condition, __FILE__, __LINE__, __func__);         \
	} while (0)

/* The structure that has member at pointer. */
#define CONTAINER_OF(pointer, type, member)                                    \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* Prints one line to standard error and aborts. */
_Noreturn void check_failed(
    const char *condition, const char *file, int line, const char *function);

#endif
