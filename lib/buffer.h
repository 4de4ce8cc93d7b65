/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer.h: bytes that grow at the end: what came from a client, what goes to
 * it. Start with {0}. Not locked: belongs to one thread at a time.
 */
#ifndef NETINST_LIB_BUFFER_H
#define NETINST_LIB_BUFFER_H

#include <stddef.h>
#include <string.h>

struct buffer {
	char *data; /* NULL while nothing was ever put in */
	size_t length;
	size_t capacity;
};

/* Makes room for size more bytes. */
void buffer_grow(struct buffer *buffer, size_t size);

/* Frees the bytes; the buffer is empty and can be used again. */
void buffer_free(struct buffer *buffer);

/* Removes the first size bytes. */
void buffer_consume(struct buffer *buffer, size_t size);

static inline void
buffer_swap(struct buffer *a, struct buffer *b)
{
	struct buffer before = *a;

	*a = *b;
	*b = before;
}

/* Returns where size bytes may be written; the caller then adds to length. */
static inline char *
buffer_room(struct buffer *buffer, size_t size)
{
	if (buffer->capacity - buffer->length < size)
		buffer_grow(buffer, size);
	return buffer->data + buffer->length;
}

static inline void
buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (size == 0)
		return;
	(void)memcpy(buffer_room(buffer, size), bytes, size);
	buffer->length += size;
}

#endif
