/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h: the memory of a program as a value: all of it can be kept, put back
 * and compared. For a program of one thread, linked so that malloc() and its
 * relatives come here (--wrap, model.mk).
 *
 * The memory is what was allocated and the program's own variables, apart from
 * what arena_private() gave out. Two states are the same when everything that
 * can be reached from the variables is the same, word by word; pointers are
 * compared by what they point to, so the addresses do not matter.
 */
#ifndef MODEL_ARENA_H
#define MODEL_ARENA_H

#include <stddef.h>
#include <stdint.h>

/* Before anything is allocated. */
void arena_open(void);

/* Zeroed memory that is no part of the state. */
void *arena_private(size_t size);

/* Bytes that arena_keep() needs at most. */
size_t arena_size_max(void);

/* Copies the state to memory of that many bytes, and back from there. */
void arena_keep(void *copy);
void arena_restore(const void *copy);

/* Objects allocated now. */
unsigned arena_objects(void);

/* A fingerprint of the state: 128 bits. */
struct fingerprint {
	uint64_t low, high;
};
struct fingerprint arena_fingerprint(void);

#endif
