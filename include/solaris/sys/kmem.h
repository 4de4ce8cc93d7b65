/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/kmem.h: memory. KM_SLEEP waits until there is some, as documented: it
 * never returns NULL. Sizes given back are not checked.
 */
#ifndef NETINST_SOLARIS_SYS_KMEM_H
#define NETINST_SOLARIS_SYS_KMEM_H

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KM_SLEEP   0
#define KM_NOSLEEP 1

/* 0 bytes are NULL, which kmem_free() takes. */
static inline void *
kmem_alloc(size_t size, int flag)
{
	const struct timespec while_there_is_none = {0, 10000000};
	void *memory;

	if (size == 0)
		return NULL;
	while ((memory = malloc(size)) == NULL && (flag & KM_NOSLEEP) == 0)
		(void)nanosleep(&while_there_is_none, NULL);
	return memory;
}

static inline void *
kmem_zalloc(size_t size, int flag)
{
	void *memory = kmem_alloc(size, flag);

	if (memory != NULL)
		(void)memset(memory, 0, size);
	return memory;
}

static inline void
kmem_free(void *memory, size_t size)
{
	(void)size;
	free(memory);
}

/* Objects of one size, made ready by a constructor each time. */
typedef struct kmem_cache {
	size_t size;
	int (*constructor)(void *object, void *arg, int flag);
	void (*destructor)(void *object, void *arg);
	void *arg;
} kmem_cache_t;

/* name, align, reclaim, arena and flags are not used. */
static inline kmem_cache_t *
kmem_cache_create(const char *name, size_t size, size_t align,
    int (*constructor)(void *, void *, int), void (*destructor)(void *, void *),
    void (*reclaim)(void *), void *arg, void *arena, int flags)
{
	kmem_cache_t *cache =
	    (kmem_cache_t *)kmem_alloc(sizeof(*cache), KM_SLEEP);

	(void)name;
	(void)align;
	(void)reclaim;
	(void)arena;
	(void)flags;
	cache->size = size;
	cache->constructor = constructor;
	cache->destructor = destructor;
	cache->arg = arg;
	return cache;
}

static inline void *
kmem_cache_alloc(kmem_cache_t *cache, int flag)
{
	void *object = kmem_alloc(cache->size, flag);

	if (object == NULL || cache->constructor == NULL ||
	    cache->constructor(object, cache->arg, flag) == 0)
		return object;
	kmem_free(object, cache->size);
	return NULL;
}

static inline void
kmem_cache_free(kmem_cache_t *cache, void *object)
{
	if (cache->destructor != NULL)
		cache->destructor(object, cache->arg);
	kmem_free(object, cache->size);
}

static inline void
kmem_cache_destroy(kmem_cache_t *cache)
{
	kmem_free(cache, sizeof(*cache));
}

#ifdef __cplusplus
}
#endif

#endif
