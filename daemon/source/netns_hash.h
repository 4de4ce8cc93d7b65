/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_hash.h: uthash as the mirrors use it: running out of memory ends in one
 * place, and the hash is one that clang has nothing to say against. Before any
 * other inclusion of uthash.h. netns thread.
 */
#ifndef NETINST_SOURCE_NETNS_HASH_H
#define NETINST_SOURCE_NETNS_HASH_H

#include <stdlib.h>

#include "base/memory.h"

#define uthash_malloc(size)	  memory_alloc(size)
#define uthash_free(memory, size) free(memory)
#define HASH_FUNCTION		  HASH_FNV
#include <uthash.h>

#endif
