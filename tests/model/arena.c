/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c, of the exhaustive test: owns one block of address space; objects lie
 * in it one after the other, each behind a header, and the first gap that is
 * large enough is used. Memory that is given back is zeroed, so it carries
 * nothing over.
 */
#include "arena.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_SIZE   ((size_t)1 << 20)
#define GRAIN	     16 /* bytes; of headers and objects */
#define OBJECTS_SEEN 4096
#define LINE	     8 /* words */

/* The program's variables lie between these; the linker provides them. */
extern char __data_start[], _end[];

struct header {
	uint64_t size; /* bytes up to the next header */
	uint64_t used; /* of them, by an object; 0: a gap */
};

static struct {
	char *start;
	size_t top; /* bytes from start that were ever used */
} arena;

/* While a fingerprint is taken; no part of the state. */
struct scan {
	struct fingerprint print;
	uint64_t position;
	uint32_t object_count;
	uint32_t objects[OBJECTS_SEEN];	     /* offsets of all, ascending */
	uint32_t count;			     /* objects met */
	uint32_t queue[OBJECTS_SEEN];	     /* their offsets, in that order */
	uint32_t number[ARENA_SIZE / GRAIN]; /* by offset: 1 + place */
};
static struct scan *scan;

#define UNCHECKED __attribute__((no_sanitize("address", "thread")))

void *
arena_private(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED) {
		(void)fprintf(stderr, "arena: no memory\n");
		abort();
	}
	return memory;
}

void
arena_open(void)
{
	if ((uintptr_t)__data_start % (LINE * 8) != 0) {
		(void)fprintf(stderr, "arena: odd layout of variables\n");
		abort();
	}
	arena.start = arena_private(ARENA_SIZE);
	scan = arena_private(sizeof(*scan));
}

/* allocation ------------------------------------------------------------- */

static struct header *
header_at(size_t offset)
{
	return (struct header *)(void *)(arena.start + offset);
}

static size_t
header_next(size_t offset)
{
	return offset + sizeof(struct header) + header_at(offset)->size;
}

/* Joins the free object with the free ones behind it. */
static void
header_join(size_t offset)
{
	struct header *header = header_at(offset), *next;

	while (header_next(offset) < arena.top) {
		next = header_at(header_next(offset));
		if (next->used)
			return;
		header->size += sizeof(*next) + next->size;
		memset(next, 0, sizeof(*next));
	}
	/* The last one is no object any more. */
	arena.top = offset;
	memset(header, 0, sizeof(*header));
}

/* Leaves what is too much of a gap as a gap. */
static void
header_split(size_t offset, size_t size)
{
	struct header *header = header_at(offset), *rest;

	if (header->size < size + sizeof(*header) + GRAIN)
		return;
	rest = header_at(offset + sizeof(*header) + size);
	rest->size = header->size - size - sizeof(*rest);
	header->size = size;
}

static void *
arena_alloc(size_t size)
{
	size_t offset = 0;
	struct header *header;

	size = size == 0 ? GRAIN : (size + GRAIN - 1) / GRAIN * GRAIN;
	while (offset < arena.top &&
	       (header_at(offset)->used || header_at(offset)->size < size))
		offset = header_next(offset);
	header = header_at(offset);
	if (offset == arena.top) {
		if (offset + sizeof(*header) + size > ARENA_SIZE) {
			(void)fprintf(stderr, "arena: full\n");
			abort();
		}
		header->size = size;
		arena.top += sizeof(*header) + size;
	} else {
		header_split(offset, size);
	}
	header->used = size;
	return header + 1;
}

static bool
is_ours(const void *memory)
{
	return (const char *)memory >= arena.start &&
	       (const char *)memory < arena.start + ARENA_SIZE;
}

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *memory);
void __real_free(void *memory);

void *
__wrap_malloc(size_t size)
{
	return arena_alloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return arena_alloc(count * size);
}

void
__wrap_free(void *memory)
{
	struct header *header;

	if (memory == NULL)
		return;
	if (!is_ours(memory)) {
		__real_free(memory);
		return;
	}
	header = (struct header *)memory - 1;
	memset(memory, 0, header->used);
	header->used = 0;
	header_join((size_t)((char *)header - arena.start));
}

void *
__wrap_realloc(void *old, size_t size)
{
	void *new = arena_alloc(size);
	size_t length;

	if (old != NULL) {
		length = ((struct header *)old - 1)->used;
		memcpy(new, old, length < size ? length : size);
		__wrap_free(old);
	}
	return new;
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return __wrap_realloc(old, count * size);
}

char *
__wrap_strdup(const char *text)
{
	size_t length = strlen(text) + 1;

	return memcpy(arena_alloc(length), text, length);
}

unsigned
arena_objects(void)
{
	unsigned count = 0;
	size_t offset;

	for (offset = 0; offset < arena.top; offset = header_next(offset))
		count += header_at(offset)->used != 0;
	return count;
}

/* keeping ---------------------------------------------------------------- */

/*
 * The state is two ranges of memory, most of it zero; what is kept of it is
 * the lines that are not.
 */
struct kept_line {
	uint64_t words[LINE];
	uint64_t *at;
};

struct kept {
	size_t top;
	size_t count;
	struct kept_line lines[];
};

/* The variables, in whole lines; the rest of the last one is not used. */
static uint64_t *
data_start(void)
{
	return (uint64_t *)(void *)__data_start;
}

static size_t
data_lines(void)
{
	return (size_t)(_end - __data_start + LINE * 8 - 1) / (LINE * 8);
}

/* The part of the arena that was ever used, likewise. */
static uint64_t *
arena_start(void)
{
	return (uint64_t *)(void *)arena.start;
}

static size_t
arena_lines(size_t top)
{
	return (top + LINE * 8 - 1) / (LINE * 8);
}

typedef uint64_t vector_t
    __attribute__((vector_size(16), may_alias, aligned(8)));

UNCHECKED static inline bool
line_is_zero(const uint64_t *line)
{
	const vector_t *quarter = (const vector_t *)(const void *)line;
	vector_t all = quarter[0] | quarter[1] | quarter[2] | quarter[3];

	return (all[0] | all[1]) == 0;
}

/* Most of the memory is zero: a look at many lines at a time. */
#define LINES 8

UNCHECKED static inline bool
lines_are_zero(const uint64_t *line)
{
	const vector_t *part = (const vector_t *)(const void *)line;
	vector_t all = part[0];
	unsigned i;

#pragma GCC unroll 8
	for (i = 1; i < LINES * LINE / 2; i++)
		all |= part[i];
	return (all[0] | all[1]) == 0;
}

UNCHECKED static inline void
line_copy(uint64_t *to, const uint64_t *from)
{
	vector_t *target = (vector_t *)(void *)to;
	const vector_t *source = (const vector_t *)(const void *)from;
	unsigned i;

	for (i = 0; i < LINE / 2; i++)
		target[i] = source[i];
}

size_t
arena_size_max(void)
{
	return sizeof(struct kept) + (data_lines() + arena_lines(ARENA_SIZE)) *
					 sizeof(struct kept_line);
}

static void
keep_lines(struct kept *kept, uint64_t *line, size_t count)
{
	struct kept_line *next;
	size_t i;

	for (i = 0; i < count; i++, line += LINE) {
		if (i % LINES == 0 && count - i >= LINES &&
		    lines_are_zero(line)) {
			i += LINES - 1;
			line += (LINES - 1) * LINE;
			continue;
		}
		if (line_is_zero(line))
			continue;
		next = &kept->lines[kept->count++];
		next->at = line;
		line_copy(next->words, line);
	}
}

void
arena_keep(void *copy)
{
	struct kept *kept = copy;

	kept->top = arena.top;
	kept->count = 0;
	keep_lines(kept, data_start(), data_lines());
	keep_lines(kept, arena_start(), arena_lines(arena.top));
}

/* Lines that were not kept were zero; returns how many were put back. */
static size_t
restore_lines(
    const struct kept *kept, size_t from, uint64_t *line, size_t count)
{
	static const vector_t zeroes[LINE / 2];

	size_t i;

	for (i = 0; i < count; i++, line += LINE) {
		if (i % LINES == 0 && count - i >= LINES &&
		    (from == kept->count ||
			kept->lines[from].at >= line + LINES * LINE) &&
		    lines_are_zero(line)) {
			i += LINES - 1;
			line += (LINES - 1) * LINE;
			continue;
		}
		if (from < kept->count && kept->lines[from].at == line)
			line_copy(line, kept->lines[from++].words);
		else if (!line_is_zero(line))
			line_copy(line, (const uint64_t *)(const void *)zeroes);
	}
	return from;
}

void
arena_restore(const void *copy)
{
	const struct kept *kept = copy;
	size_t top = kept->top > arena.top ? kept->top : arena.top, from;

	from = restore_lines(kept, 0, data_start(), data_lines());
	(void)restore_lines(kept, from, arena_start(), arena_lines(top));
}

/* fingerprints ----------------------------------------------------------- */

static uint64_t
rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

/* Two multiplicative hashes side by side, with the word's position in both. */
static void
scan_mix(uint64_t word)
{
	uint64_t at = scan->position;

	scan->print.low =
	    rotate(scan->print.low ^ (word * 0x9e3779b97f4a7c15ULL + at), 29) *
	    0xbf58476d1ce4e5b9ULL;
	scan->print.high =
	    rotate(
		scan->print.high + (word ^ (at * 0xd6e8feb86659fd93ULL)), 37) *
	    0x94d049bb133111ebULL;
	scan->print.low ^= scan->print.low >> 32;
	scan->print.high ^= scan->print.high >> 29;
}

/* Lists where the objects in use are. */
static void
scan_objects(void)
{
	size_t offset;

	scan->object_count = 0;
	for (offset = 0; offset < arena.top; offset = header_next(offset)) {
		if (!header_at(offset)->used)
			continue;
		if (scan->object_count == OBJECTS_SEEN)
			abort();
		scan->objects[scan->object_count++] = (uint32_t)offset;
	}
}

/* The object that an address lies in: its offset, or ARENA_SIZE. */
static size_t
object_of(uint64_t address)
{
	size_t inside = (size_t)(address - (uintptr_t)arena.start);
	uint32_t low = 0, high = scan->object_count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (scan->objects[middle] + sizeof(struct header) <= inside)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || inside >= header_next(scan->objects[low - 1]))
		return ARENA_SIZE;
	return scan->objects[low - 1];
}

/* A pointer: what it points to is named by when it was met first. */
static void
scan_pointer(uint64_t address)
{
	size_t offset = object_of(address);
	uint32_t *number;

	if (offset == ARENA_SIZE) {
		scan_mix(1); /* to something given back: nobody follows it */
		return;
	}
	number = &scan->number[offset / GRAIN];
	if (*number == 0) {
		if (scan->count == OBJECTS_SEEN)
			abort();
		scan->queue[scan->count++] = (uint32_t)offset;
		*number = scan->count;
	}
	scan_mix((uint64_t)*number << 32 |
		 (address - (uintptr_t)arena.start - offset));
}

/* count: a multiple of GRAIN / 8. */
UNCHECKED static void
scan_words(const uint64_t *words, size_t count)
{
	uint64_t word;
	size_t i = 0;

	while (i < count) {
		if (i % LINE == 0 && count - i >= LINES * LINE &&
		    lines_are_zero(&words[i])) {
			i += LINES * LINE;
			continue;
		}
		if (i % LINE == 0 && count - i >= LINE &&
		    line_is_zero(&words[i])) {
			i += LINE;
			continue;
		}
		word = words[i++];
		scan->position = i;
		if (word - (uintptr_t)arena.start < ARENA_SIZE)
			scan_pointer(word);
		else if (word != 0)
			scan_mix(word);
	}
}

struct fingerprint
arena_fingerprint(void)
{
	const struct header *header;
	uint64_t *own = (uint64_t *)(void *)&arena;
	size_t before = (size_t)(own - data_start()), i;
	size_t after = before + sizeof(arena) / 8;

	scan_objects();
	scan->print = (struct fingerprint){1, 2};
	scan->count = 0;
	/* How far the arena was used says nothing about the state. */
	scan_words(data_start(), before);
	scan_words(data_start() + after, data_lines() * LINE - after);
	for (i = 0; i < scan->count; i++) {
		header = header_at(scan->queue[i]);
		scan->position = 0;
		scan_mix(header->used);
		scan_words((const uint64_t *)(header + 1), header->used / 8);
	}
	for (i = 0; i < scan->count; i++)
		scan->number[scan->queue[i] / GRAIN] = 0;
	return scan->print;
}
