/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h: uthash as the daemon uses it: running out of memory ends in one
 * place, and the hash is one that clang has nothing to say against (the default
 * falls through cases). Instead of uthash.h.
 */
#ifndef NETINST_BASE_HASH_H
#define NETINST_BASE_HASH_H

#include <stdlib.h>

#include "base/memory.h"

#define uthash_malloc(size)	  memory_alloc(size)
#define uthash_free(memory, size) free(memory)
#define HASH_FUNCTION		  HASH_FNV
#include <uthash.h>

#endif
