/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slab.c: owns chunks of equal objects under the slab's own lock. A free
 * object holds the link to the next one in its second 8 bytes, so that the
 * magic number in the first survives.
 */
#include "base/slab.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"

/* Objects of one chunk; a few pages each for what is kept in slabs. */
#define SLAB_CHUNK_OBJECTS 256

struct slab_item {
	uint64_t kept;
	struct slab_item *next;
};

struct slab_chunk {
	struct slab_chunk *next;
	char objects[];
};

void
slab_init(struct slab *slab, size_t size)
{
	ASSERT(size >= sizeof(struct slab_item) + 8);
	*slab = (struct slab){.size = (size + 7) & ~(size_t)7};
	lock_init(&slab->lock, LOCK_SLAB);
}

void
slab_destroy(struct slab *slab)
{
	struct slab_chunk *chunk;

	while ((chunk = slab->chunks) != NULL) {
		slab->chunks = chunk->next;
		free(chunk);
	}
	lock_destroy(&slab->lock);
}

static void *
slab_fresh(struct slab *slab)
{
	struct slab_chunk *chunk = slab->chunks;

	if (slab->fresh == 0) {
		chunk = memory_zalloc(
		    sizeof(*chunk) + SLAB_CHUNK_OBJECTS * slab->size);
		chunk->next = slab->chunks;
		slab->chunks = chunk;
		slab->fresh = SLAB_CHUNK_OBJECTS;
	}
	return chunk->objects +
	       (SLAB_CHUNK_OBJECTS - slab->fresh--) * slab->size;
}

void *
slab_alloc(struct slab *slab)
{
	struct slab_item *item;

	lock_enter(&slab->lock);
	slab->used++;
	item = slab->free;
	if (item != NULL)
		slab->free = item->next;
	else
		item = slab_fresh(slab);
	lock_exit(&slab->lock);
	return item;
}

void
slab_free(struct slab *slab, void *object)
{
	struct slab_item *item = object;

	lock_enter(&slab->lock);
	ASSERT(slab->used > 0);
	slab->used--;
	item->next = slab->free;
	slab->free = item;
	lock_exit(&slab->lock);
}

void
slab_visit(struct slab *slab, void (*visit)(void *object, void *arg), void *arg)
{
	struct slab_chunk *chunk;
	size_t used = SLAB_CHUNK_OBJECTS - slab->fresh;

	for (chunk = slab->chunks; chunk != NULL; chunk = chunk->next) {
		for (size_t i = 0; i < used; i++)
			visit(chunk->objects + i * slab->size, arg);
		used = SLAB_CHUNK_OBJECTS;
	}
}

bool
slab_owns(struct slab *slab, const void *address)
{
	uintptr_t at = (uintptr_t)address, start;
	bool owns = false;

	lock_enter(&slab->lock);
	for (struct slab_chunk *chunk = slab->chunks; chunk != NULL && !owns;
	     chunk = chunk->next) {
		start = (uintptr_t)chunk->objects;
		owns = at >= start &&
		       at < start + SLAB_CHUNK_OBJECTS * slab->size &&
		       (at - start) % slab->size == 0;
	}
	lock_exit(&slab->lock);
	return owns;
}
