/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer.c: growth by doubling, so that a long reply costs a handful of moves.
 * Callers bound what they put in; running out of memory ends in memory.c.
 */
#include "lib/buffer.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/memory.h"

/* The least that is allocated: most replies fit. */
#define BUFFER_CAPACITY_MIN 512

void
buffer_grow(struct buffer *buffer, size_t size)
{
	size_t capacity = buffer->capacity;

	if (capacity < BUFFER_CAPACITY_MIN)
		capacity = BUFFER_CAPACITY_MIN;
	while (capacity - buffer->length < size)
		capacity *= 2;
	if (capacity == buffer->capacity)
		return;
	buffer->data = memory_resize(buffer->data, capacity, 1);
	buffer->capacity = capacity;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){0};
}

void
buffer_consume(struct buffer *buffer, size_t size)
{
	assert(size <= buffer->length);
	buffer->length -= size;
	if (buffer->length > 0 && size > 0)
		(void)memmove(
		    buffer->data, buffer->data + size, buffer->length);
}
