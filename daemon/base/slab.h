/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slab.h: objects of one size, quick to get and to give back, from any thread.
 *
 * Memory of a slab keeps its type: it is used again for the same kind of
 * object and not given back to the system before slab_destroy(). So the magic
 * number of an object that was freed can still be read.
 */
#ifndef NETINST_BASE_SLAB_H
#define NETINST_BASE_SLAB_H

#include <stddef.h>

#include "base/lock.h"

struct slab_chunk;
struct slab_item;

struct slab {
	struct lock lock;
	size_t size;		   /* of one object, multiple of 8 */
	struct slab_item *free;	   /* given back, last first */
	struct slab_chunk *chunks; /* everything ever got */
	size_t fresh; /* objects of the newest chunk not used yet */
	size_t used;  /* objects handed out */
};

/* size: of one object in bytes, at least 24. */
void slab_init(struct slab *slab, size_t size);

/* Frees the memory, also of objects that were not given back. */
void slab_destroy(struct slab *slab);

/* Calls visit for each object ever handed out. Nobody else uses the slab. */
void slab_visit(
    struct slab *slab, void (*visit)(void *object, void *arg), void *arg);

/*
 * Returns an object; its content is what the last user left, or zeroes. The
 * first 8 bytes (where a magic number stands) and the last are kept over
 * slab_free(); bytes 8 to 15 are not.
 */
void *slab_alloc(struct slab *slab);
void slab_free(struct slab *slab, void *object);

/* Whether an object of this slab starts at the address, in use or not. */
bool slab_owns(struct slab *slab, const void *address);

#endif
