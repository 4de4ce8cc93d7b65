/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.h: memory that shows its misuse. Each block ends at a page that nobody
 * may touch; a freed block becomes such pages itself, for good. So the
 * processor finds an overrun or a use after free at the very instruction, and
 * the address says in which block. Any thread, no lock; guard_find() also in a
 * signal handler.
 */
#ifndef NETINST_CHECK_GUARD_H
#define NETINST_CHECK_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "check/board.h"

enum guard_use { GUARD_HEAP, GUARD_KSTAT };

struct guard_block {
	char *start;
	size_t size; /* bytes that were asked for */
	size_t pages;
	enum guard_use use;
	_Atomic bool live;
	struct location made, freed;
	char label[BOARD_NAME]; /* of a kstat: its name */
};

/* Reserves addresses; poison fills fresh memory. 0 or a negative errno. */
int guard_start(unsigned char poison);

/*
 * Returns size bytes at a multiple of alignment (a power of two, at most a
 * page), or NULL when memory is exhausted. label may be NULL.
 */
void *guard_alloc(
    size_t size, size_t alignment, enum guard_use use, const char *label);

/* Whether the address is in guarded memory, in use or not. */
bool guard_owns(const void *address);

/* Bytes of the live block that starts there; 0: none does. */
size_t guard_size(const void *start);

/*
 * Frees a block. Reports what is no block, or was freed before, or was written
 * to outside of its bytes.
 */
void guard_free(void *start);

/* The block that an address is in or behind, or NULL. */
const struct guard_block *guard_find(const void *address);

/* Reports the blocks of the heap that still live. The plugin is gone. */
void guard_report_left(void);

#endif
