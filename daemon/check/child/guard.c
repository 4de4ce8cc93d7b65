/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard.c: owns a range of addresses, given out from its start on and never
 * twice, and a record of each block, found by its pages. Blocks begin at
 * multiples of 16, as malloc()'s do; what that leaves around a block is filled,
 * and compared when the block is freed.
 */
#include "check/child/guard.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "check/child/where.h"

#define PAGE	   4096UL
#define ARENA_MAX  (16UL << 30) /* bytes of addresses */
#define ARENA_MIN  (1UL << 28)
#define BLOCK_BITS 3 /* a block has two pages or more: 1/8 is plenty */
#define SLACK	   0xcb

static struct {
	char *base;
	size_t pages;
	unsigned char poison;
	_Atomic size_t next_page;
	_Atomic uint32_t next_block;
	uint32_t block_max;
	struct guard_block *blocks; /* from 1 */
	uint32_t *of_page;	    /* which block; 0: none yet */
} arena;

static void *
arena_map(size_t size, int protection)
{
	void *map = mmap(NULL, size, protection,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return map != MAP_FAILED ? map : NULL;
}

int
guard_start(unsigned char poison)
{
	size_t size = ARENA_MAX;

	while ((arena.base = arena_map(size, PROT_NONE)) == NULL)
		if ((size /= 2) < ARENA_MIN)
			return -ENOMEM;
	arena.pages = size / PAGE;
	arena.poison = poison;
	arena.block_max = (uint32_t)(arena.pages >> BLOCK_BITS);
	arena.of_page = arena_map(
	    arena.pages * sizeof(*arena.of_page), PROT_READ | PROT_WRITE);
	arena.blocks = arena_map(
	    arena.block_max * sizeof(*arena.blocks), PROT_READ | PROT_WRITE);
	return arena.of_page != NULL && arena.blocks != NULL ? 0 : -ENOMEM;
}

static char *
block_pages(const struct guard_block *block)
{
	return arena.base + ((size_t)(block->start - arena.base) & ~(PAGE - 1));
}

static struct guard_block *
arena_record(size_t first, size_t pages)
{
	uint32_t number = atomic_fetch_add(&arena.next_block, 1) + 1;

	if (number >= arena.block_max)
		return NULL;
	for (size_t i = first; i < first + pages; i++)
		arena.of_page[i] = number;
	return &arena.blocks[number];
}

void *
guard_alloc(
    size_t size, size_t alignment, enum guard_use use, const char *label)
{
	size_t room = (size + alignment) & ~(alignment - 1), pages, first;
	struct guard_block *block;
	char *memory;

	if (size > arena.pages * PAGE / 4)
		return NULL;
	if (size > 0 && size % alignment == 0)
		room = size;
	pages = (room + PAGE - 1) / PAGE;
	/* One more: the guard behind them. */
	first = atomic_fetch_add(&arena.next_page, pages + 1);
	if (first + pages + 1 > arena.pages)
		return NULL;
	memory = arena.base + first * PAGE;
	block = arena_record(first, pages + 1);
	if (block == NULL ||
	    mprotect(memory, pages * PAGE, PROT_READ | PROT_WRITE) != 0)
		return NULL;
	block->start = memory + pages * PAGE - room;
	block->size = size;
	block->pages = pages;
	block->use = use;
	block->made = where_now();
	block->made.registrant = ""; /* it may be gone by then */
	if (label != NULL)
		(void)strncpy(block->label, label, sizeof(block->label) - 1);
	memset(memory, SLACK, (size_t)(block->start - memory));
	memset(block->start, arena.poison, size);
	memset(block->start + size, SLACK, room - size);
	atomic_store(&block->live, true);
	return block->start;
}

bool
guard_owns(const void *address)
{
	uintptr_t at = (uintptr_t)address, base = (uintptr_t)arena.base;

	return arena.base != NULL && at >= base &&
	       at - base < arena.pages * PAGE;
}

const struct guard_block *
guard_find(const void *address)
{
	size_t page;

	if (!guard_owns(address))
		return NULL;
	page = ((uintptr_t)address - (uintptr_t)arena.base) / PAGE;
	return arena.of_page[page] != 0 ? &arena.blocks[arena.of_page[page]]
					: NULL;
}

size_t
guard_size(const void *start)
{
	const struct guard_block *block = guard_find(start);

	return block != NULL && block->start == start &&
		       atomic_load(&block->live)
		   ? block->size
		   : 0;
}

/* The first byte that is not SLACK any more, or NULL. */
static const char *
slack_broken(const char *from, const char *to)
{
	while (from < to && (unsigned char)*from == SLACK)
		from++;
	return from < to ? from : NULL;
}

static void
block_check(const struct guard_block *block)
{
	const char *first = block_pages(block);
	const char *end = first + block->pages * PAGE;
	const char *past = slack_broken(block->start + block->size, end);
	const char *before = slack_broken(first, block->start);
	struct line made = {.length = 0};

	if (past == NULL && before == NULL)
		return;
	where_report(
	    block->use == GUARD_KSTAT ? KIND_KSTAT_OVERRUN : KIND_OVERRUN,
	    block->label,
	    "%td bytes %s of a block of %zu bytes that was allocated in %s "
	    "something was written; seen when it was freed",
	    past != NULL ? past - block->start - (ptrdiff_t)block->size
			 : block->start - before,
	    past != NULL ? "past the end" : "before the beginning", block->size,
	    line_location(&made, &block->made));
}

static void
report_bad_free(const void *start, const struct guard_block *block)
{
	struct line made = {.length = 0}, freed = {.length = 0};

	if (block == NULL || block->start != start)
		where_report(KIND_BAD_FREE, "",
		    "free() of an address at which no block begins");
	else
		where_report(KIND_DOUBLE_FREE, "",
		    "a block of %zu bytes, allocated in %s, was freed in %s "
		    "already",
		    block->size, line_location(&made, &block->made),
		    line_location(&freed, &block->freed));
}

void
guard_free(void *start)
{
	struct guard_block *block =
	    (struct guard_block *)(uintptr_t)guard_find(start);

	if (block == NULL || block->start != start ||
	    !atomic_exchange(&block->live, false)) {
		report_bad_free(start, block);
		return;
	}
	block_check(block);
	block->freed = where_now();
	block->freed.registrant = "";
	(void)madvise(block_pages(block), block->pages * PAGE, MADV_DONTNEED);
	(void)mprotect(block_pages(block), block->pages * PAGE, PROT_NONE);
}

/* Blocks that one callback has left. */
struct left {
	const char *callback;
	struct location first;
	size_t count, bytes;
};
#define LEFT_MAX 16

static void
left_add(struct left *list, const struct guard_block *block)
{
	size_t i = 0;

	while (i < LEFT_MAX - 1 && list[i].count > 0 &&
	       strcmp(list[i].callback, block->made.callback) != 0)
		i++;
	if (list[i].count == 0) {
		list[i].first = block->made;
		list[i].callback = block->made.callback;
	}
	list[i].count++;
	list[i].bytes += block->size;
}

void
guard_report_left(void)
{
	struct left list[LEFT_MAX] = {0};
	uint32_t i, count = atomic_load(&arena.next_block);

	for (i = 1; i <= count && i < arena.block_max; i++)
		if (atomic_load(&arena.blocks[i].live) &&
		    arena.blocks[i].use == GUARD_HEAP)
			left_add(list, &arena.blocks[i]);
	for (size_t j = 0; j < LEFT_MAX && list[j].count > 0; j++)
		board_reportf(KIND_MEMORY_LEFT, &list[j].first, "",
		    "%zu bytes in %zu blocks that were allocated there",
		    list[j].bytes, list[j].count);
}
