/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replace_memory.c: malloc() and its like: they take guarded memory, count, and
 * fail when the order says so. What a library has allocated for the plugin
 * (asprintf(), realpath()) goes back to that library's own free(). Valgrind
 * guards better: under it, nothing is guarded here.
 */
#include "check/child/replace.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/board.h"
#include "check/child/call.h"
#include "check/child/guard.h"

#define USUAL_ALIGNMENT 16

static void *
take(size_t size, size_t alignment)
{
	void *memory = NULL;

	if (!board->order.valgrind)
		memory = guard_alloc(size, alignment, GUARD_HEAP, NULL);
	if (memory != NULL)
		return memory;
	return alignment <= USUAL_ALIGNMENT ? malloc(size)
					    : memalign(alignment, size);
}

static void *
replaced_malloc(size_t size)
{
	return call_fails("malloc", size) ? NULL : take(size, USUAL_ALIGNMENT);
}

static void *
replaced_calloc(size_t count, size_t size)
{
	size_t total;
	void *memory;

	if (__builtin_mul_overflow(count, size, &total) ||
	    call_fails("calloc", total))
		return NULL;
	memory = take(total, USUAL_ALIGNMENT);
	return memory != NULL ? memset(memory, 0, total) : NULL;
}

static void
replaced_free(void *memory)
{
	if (guard_owns(memory))
		guard_free(memory);
	else
		free(memory);
}

static void *
replaced_realloc(void *old, size_t size)
{
	size_t had = guard_owns(old) ? guard_size(old) : 0;
	void *memory;

	if (old != NULL && size == 0) {
		replaced_free(old);
		return NULL;
	}
	if (call_fails("realloc", size))
		return NULL;
	if (old != NULL && !guard_owns(old))
		return realloc(old, size);
	memory = take(size, USUAL_ALIGNMENT);
	if (memory != NULL && old != NULL) {
		memcpy(memory, old, had < size ? had : size);
		guard_free(old);
	}
	return memory;
}

static void *
replaced_reallocarray(void *old, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return replaced_realloc(old, total);
}

static char *
replaced_strndup(const char *text, size_t max)
{
	size_t length = strnlen(text, max);
	char *copy;

	if (call_fails("strdup", length + 1))
		return NULL;
	copy = take(length + 1, USUAL_ALIGNMENT);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

static char *
replaced_strdup(const char *text)
{
	return replaced_strndup(text, SIZE_MAX);
}

static void *
replaced_aligned_alloc(size_t alignment, size_t size)
{
	if (call_fails("aligned_alloc", size))
		return NULL;
	return take(
	    size, alignment > USUAL_ALIGNMENT ? alignment : USUAL_ALIGNMENT);
}

static int
replaced_posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *taken = replaced_aligned_alloc(alignment, size);

	if (taken == NULL)
		return ENOMEM;
	*memory = taken;
	return 0;
}

static size_t
replaced_malloc_usable_size(void *memory)
{
	return guard_owns(memory) ? guard_size(memory)
				  : malloc_usable_size(memory);
}

/* libc would enlarge the line with its own realloc(). */
static ssize_t
replaced_getdelim(char **line, size_t *size, int delimiter, FILE *stream)
{
	char *own = NULL, *room = *line;
	size_t own_size = 0;
	ssize_t length = getdelim(&own, &own_size, delimiter, stream);

	if (length >= 0 && (room == NULL || *size <= (size_t)length)) {
		room = replaced_realloc(room, (size_t)length + 1);
		if (room != NULL) {
			*line = room;
			*size = (size_t)length + 1;
		}
	}
	if (length >= 0 && room != NULL)
		memcpy(room, own, (size_t)length + 1);
	free(own);
	return room != NULL ? length : -1;
}

static ssize_t
replaced_getline(char **line, size_t *size, FILE *stream)
{
	return replaced_getdelim(line, size, '\n', stream);
}

const struct interpose_row replace_memory_rows[] = {
    INTERPOSE_ROW(malloc),
    INTERPOSE_ROW(calloc),
    INTERPOSE_ROW(realloc),
    INTERPOSE_ROW(reallocarray),
    INTERPOSE_ROW(free),
    INTERPOSE_ROW(strdup),
    {"__strdup", (interpose_fn)replaced_strdup},
    INTERPOSE_ROW(strndup),
    {"__strndup", (interpose_fn)replaced_strndup},
    INTERPOSE_ROW(aligned_alloc),
    {"memalign", (interpose_fn)replaced_aligned_alloc},
    INTERPOSE_ROW(malloc_usable_size),
    INTERPOSE_ROW(getline),
    INTERPOSE_ROW(getdelim),
    {"__getdelim", (interpose_fn)replaced_getdelim},
    INTERPOSE_ROW(posix_memalign),
    {NULL, NULL},
};
