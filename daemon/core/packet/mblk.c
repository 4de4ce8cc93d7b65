/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mblk.c: message blocks, as plugins call them, on any thread. A block belongs
 * to whoever holds it; what is shared between blocks (dupmsg()) is the memory
 * behind them, and only its count of references is touched by more than one
 * thread. The memory follows its description in one allocation.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/packet.h>
#include <netinst/plugin.h>

#include "base/check.h"
#include "base/memory.h"

static mblk_t *
block_over(dblk_t *memory)
{
	mblk_t *block = memory_zalloc(sizeof(*block));

	block->b_datap = memory;
	block->b_rptr = block->b_wptr = memory->db_base;
	return block;
}

/* A second block over the same memory. */
static mblk_t *
block_share(const mblk_t *block)
{
	mblk_t *other = memory_zalloc(sizeof(*other));

	(void)__atomic_fetch_add(&block->b_datap->db_ref, 1, __ATOMIC_RELAXED);
	other->b_datap = block->b_datap;
	other->b_rptr = block->b_rptr;
	other->b_wptr = block->b_wptr;
	return other;
}

static void
memory_drop(dblk_t *memory)
{
	unsigned before =
	    __atomic_fetch_sub(&memory->db_ref, 1, __ATOMIC_ACQ_REL);

	ASSERT(before > 0);
	if (before == 1)
		free(memory);
}

NETINST_EXPORT mblk_t *
allocb(size_t size, uint_t priority)
{
	dblk_t *memory = memory_alloc(
	    size <= SIZE_MAX - sizeof(*memory) ? sizeof(*memory) + size : size);

	(void)priority;
	memory->db_base = (uchar_t *)(memory + 1);
	memory->db_lim = memory->db_base + size;
	memory->db_ref = 1;
	memory->db_type = M_DATA;
	return block_over(memory);
}

NETINST_EXPORT void
freeb(mblk_t *block)
{
	memory_drop(block->b_datap);
	free(block);
}

NETINST_EXPORT void
freemsg(mblk_t *packet)
{
	mblk_t *next;

	for (; packet != NULL; packet = next) {
		next = packet->b_cont;
		freeb(packet);
	}
}

/* Where its bytes stand in its memory stays the same: headers fit in front. */
static mblk_t *
block_copy(const mblk_t *block)
{
	mblk_t *copy = allocb(MBLKSIZE(block), 0);

	copy->b_datap->db_type = block->b_datap->db_type;
	copy->b_rptr += MBLKHEAD(block);
	copy->b_wptr = copy->b_rptr + MBLKL(block);
	(void)memcpy(copy->b_rptr, block->b_rptr, MBLKL(block));
	return copy;
}

static mblk_t *
each_block(const mblk_t *packet, mblk_t *(*make)(const mblk_t *block))
{
	mblk_t *first = NULL, **next = &first;

	for (; packet != NULL; packet = packet->b_cont) {
		*next = make(packet);
		next = &(*next)->b_cont;
	}
	return first;
}

NETINST_EXPORT mblk_t *
copymsg(mblk_t *packet)
{
	return each_block(packet, block_copy);
}

NETINST_EXPORT mblk_t *
dupmsg(mblk_t *packet)
{
	return each_block(packet, block_share);
}

NETINST_EXPORT size_t
msgsize(mblk_t *packet)
{
	size_t size = 0;

	for (; packet != NULL; packet = packet->b_cont)
		size += MBLKL(packet);
	return size;
}

NETINST_EXPORT size_t
msgdsize(mblk_t *packet)
{
	size_t size = 0;

	for (; packet != NULL; packet = packet->b_cont)
		if (DB_TYPE(packet) == M_DATA)
			size += MBLKL(packet);
	return size;
}

/* How many bytes length (-1: all) means; false when there are not so many. */
static bool
pullup_length(mblk_t *packet, ssize_t length, size_t *wanted)
{
	size_t size = msgsize(packet);

	*wanted = length < 0 ? size : (size_t)length;
	return length >= -1 && *wanted <= size;
}

/* A new block with the first length bytes, which are there. */
static mblk_t *
gather(const mblk_t *packet, size_t length)
{
	mblk_t *block = allocb(length, 0);
	size_t part;

	DB_TYPE(block) = DB_TYPE(packet);
	for (; length > 0; packet = packet->b_cont) {
		part = MBLKL(packet) < length ? MBLKL(packet) : length;
		(void)memcpy(block->b_wptr, packet->b_rptr, part);
		block->b_wptr += part;
		length -= part;
	}
	return block;
}

NETINST_EXPORT mblk_t *
msgpullup(mblk_t *packet, ssize_t length)
{
	size_t left;
	mblk_t *first, *rest;

	if (packet == NULL || !pullup_length(packet, length, &left))
		return NULL;
	first = gather(packet, left);
	while (packet != NULL && left >= MBLKL(packet)) {
		left -= MBLKL(packet);
		packet = packet->b_cont;
	}
	first->b_cont = rest = dupmsg(packet);
	if (rest != NULL)
		rest->b_rptr += left;
	return first;
}

/* Takes the first length bytes, which are there, off a chain. */
static mblk_t *
chain_skip(mblk_t *packet, size_t length)
{
	mblk_t *next;

	while (packet != NULL && length >= MBLKL(packet)) {
		length -= MBLKL(packet);
		next = packet->b_cont;
		freeb(packet);
		packet = next;
	}
	if (packet != NULL)
		packet->b_rptr += length;
	return packet;
}

/* The first block stays the same one: callers hold pointers to it. */
NETINST_EXPORT int
pullupmsg(mblk_t *packet, ssize_t length)
{
	size_t wanted, own;
	mblk_t *block;

	if (packet == NULL || !pullup_length(packet, length, &wanted))
		return 0;
	own = MBLKL(packet);
	if (wanted <= own)
		return 1;
	block = gather(packet, wanted);
	packet->b_cont = chain_skip(packet->b_cont, wanted - own);
	memory_drop(packet->b_datap);
	packet->b_datap = block->b_datap;
	packet->b_rptr = block->b_rptr;
	packet->b_wptr = block->b_wptr;
	free(block);
	return 1;
}

static void
trim_head(mblk_t *packet, size_t length)
{
	size_t own = MBLKL(packet) < length ? MBLKL(packet) : length;

	packet->b_rptr += own;
	if (length > own)
		packet->b_cont = chain_skip(packet->b_cont, length - own);
}

static void
trim_tail(mblk_t *packet, size_t kept)
{
	while (MBLKL(packet) < kept) {
		kept -= MBLKL(packet);
		packet = packet->b_cont;
	}
	packet->b_wptr = packet->b_rptr + kept;
	freemsg(packet->b_cont);
	packet->b_cont = NULL;
}

/* The first block stays, even when nothing is left in it. */
NETINST_EXPORT int
adjmsg(mblk_t *packet, ssize_t length)
{
	size_t size = msgsize(packet);
	size_t cut = length < 0 ? 0 - (size_t)length : (size_t)length;

	if (packet == NULL || cut > size)
		return 0;
	if (length > 0)
		trim_head(packet, cut);
	else if (length < 0)
		trim_tail(packet, size - cut);
	return 1;
}

NETINST_EXPORT void
linkb(mblk_t *packet, mblk_t *tail)
{
	while (packet->b_cont != NULL)
		packet = packet->b_cont;
	packet->b_cont = tail;
}
