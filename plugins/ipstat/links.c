/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links.c: which link of a sample is which of the sample before.
 *
 * The kernel hands out rising indexes, so an index that comes again is nearly
 * always the same link, perhaps under another name or with another address (a
 * bridge changes its own). It is another one when name and address both differ,
 * or when it counted less than before; a device that is reset is treated alike,
 * which keeps the sum right. After events that it went and came, it is another
 * one, or was elsewhere meanwhile.
 *
 * A device takes its counters along when it moves. One that looks as a link did
 * that vanished, or is of hardware, and so was not made here, begins with what
 * it counts from now on: what it counts may be too little, never too much.
 */
#include "links.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_AT_FIRST 4

void
links_begin(struct links *links)
{
	unsigned i;

	links->left_out = false;
	for (i = 0; i < links->count; i++)
		links->list[i].state = LINK_OLD;
}

/* Where the link of that index is, or belongs. */
static unsigned
place_of(const struct links *links, int index)
{
	unsigned low = 0, high = links->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (links->list[middle].last.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Counted at least as much. Some drivers correct the others downwards. */
static bool
counts_on(const struct message_link *last, const struct message_link *seen)
{
	unsigned i;

	for (i = MESSAGE_IPACKETS; i <= MESSAGE_OBYTES; i++)
		if (seen->counters[i] < last->counters[i])
			return false;
	return true;
}

static bool
has_same_address(const struct message_link *a, const struct message_link *b)
{
	return memcmp(a->address, b->address, MESSAGE_ADDRESS) == 0;
}

static bool
is_same(const struct message_link *last, const struct message_link *seen)
{
	return counts_on(last, seen) && (strcmp(last->name, seen->name) == 0 ||
					    has_same_address(last, seen));
}

/* What it counted here. */
static uint64_t
counted(const struct link *link, unsigned i)
{
	uint64_t now = link->last.counters[i];

	return now > link->base[i] ? now - link->base[i] : 0;
}

static void
add(uint64_t sum[MESSAGE_COUNTED], const struct link *link)
{
	unsigned i;

	for (i = 0; i < MESSAGE_COUNTED; i++)
		sum[i] += counted(link, i);
}

/* It may come back. Without memory it is a new one then. */
static void
depart(struct links *links, const struct message_link *last)
{
	if (links->departed == NULL)
		links->departed =
		    calloc(LINKS_DEPARTED_MAX, sizeof(*links->departed));
	if (links->departed == NULL)
		return;
	links->departed[links->departed_next] = *last;
	links->departed_next = (links->departed_next + 1) % LINKS_DEPARTED_MAX;
	if (links->departed_count < LINKS_DEPARTED_MAX)
		links->departed_count++;
}

/* Those without an address are known by what else there is. */
static bool
is_back(const struct message_link *gone, const struct message_link *seen)
{
	static const unsigned char none[MESSAGE_ADDRESS];

	if (!has_same_address(gone, seen) || !counts_on(gone, seen))
		return false;
	return memcmp(seen->address, none, sizeof(none)) != 0 ||
	       (gone->index == seen->index &&
		   strcmp(gone->name, seen->name) == 0);
}

static bool
was_here(const struct links *links, const struct message_link *seen)
{
	unsigned i;

	for (i = 0; i < links->departed_count; i++)
		if (is_back(&links->departed[i], seen))
			return true;
	return false;
}

static bool
has_counted(const uint64_t counters[MESSAGE_COUNTED])
{
	unsigned i;

	for (i = 0; i < MESSAGE_COUNTED; i++)
		if (counters[i] != 0)
			return true;
	return false;
}

/* A link that was not seen before; here: whether it was made here. */
static void
begin(struct link *link, bool here)
{
	link->is_new = true;
	if (here)
		memset(link->base, 0, sizeof(link->base));
	else
		memcpy(link->base, link->last.counters, sizeof(link->base));
}

/*
 * In the first sample: one that an earlier life had counted goes on. Returns
 * whether it is one.
 */
static bool
begin_expected(const struct links *links, struct link *link)
{
	const struct message_link *expected;
	bool known = false;
	unsigned i;

	begin(link, !links->anything_expected);
	if (links->anything_expected)
		return true;
	for (i = 0; i < links->expected_count; i++) {
		expected = &links->expected[i];
		if (expected->index == link->last.index &&
		    is_same(expected, &link->last)) {
			memcpy(
			    link->base, expected->counters, sizeof(link->base));
			known = true;
		}
	}
	return known;
}

void
links_expect(struct links *links, const struct message_link *link)
{
	struct message_link *expected = reallocarray(
	    links->expected, links->expected_count + 1, sizeof(*expected));

	if (expected == NULL)
		return;
	links->expected = expected;
	expected[links->expected_count++] = *link;
}

void
links_expect_anything(struct links *links)
{
	links->anything_expected = true;
}

/* What vanished, or was made anew: it stays in the sum. */
static void
take_leave(struct links *links, const struct link *link)
{
	add(links->gone, link);
	depart(links, &link->last);
	links->vanished++;
}

static bool
make_room(struct links *links)
{
	unsigned room = links->room > 0 ? links->room * 2 : ROOM_AT_FIRST;
	struct link *list;

	if (links->count < links->room)
		return true;
	if (links->count >= LINKS_MAX)
		return false;
	list = reallocarray(links->list, room, sizeof(*list));
	if (list == NULL)
		return false;
	links->list = list;
	links->room = room;
	return true;
}

/* All that it has counted is taken to have been counted here. */
static void
note_brought(struct links *links, const struct link *link)
{
	if (!link->last.loopback && has_counted(link->last.counters) &&
	    !has_counted(link->base))
		links->brought++;
}

static void
insert(struct links *links, unsigned at, const struct message_link *seen)
{
	struct link *link;

	if (!make_room(links)) {
		links->left_out = true;
		return;
	}
	link = &links->list[at];
	memmove(link + 1, link, (links->count - at) * sizeof(*link));
	links->count++;
	*link = (struct link){.last = *seen, .state = LINK_SEEN};
	if (links->sampled)
		begin(link, !was_here(links, seen) && !seen->hardware);
	else if (begin_expected(links, link))
		return;
	note_brought(links, link);
}

void
links_see(void *arg, const struct message_link *seen)
{
	struct links *links = arg;
	unsigned at = place_of(links, seen->index);
	struct link *link = &links->list[at];
	bool here;

	if (at == links->count || link->last.index != seen->index) {
		insert(links, at, seen);
		return;
	}
	link->state = LINK_SEEN;
	if (link->came || !is_same(&link->last, seen)) {
		take_leave(links, link);
		links->replaced++;
		here = !was_here(links, seen);
		link->last = *seen;
		begin(link, here);
		note_brought(links, link);
	}
	if (link->came)
		link->went = link->came = false;
	link->last = *seen;
}

struct link *
links_find(const struct links *links, int index)
{
	unsigned at = place_of(links, index);

	return at < links->count && links->list[at].last.index == index
		   ? &links->list[at]
		   : NULL;
}

bool
links_went(struct links *links, int index)
{
	struct link *link = links_find(links, index);

	if (link != NULL)
		link->went = true;
	return link != NULL;
}

void
links_came(struct links *links, int index)
{
	struct link *link = links_find(links, index);

	if (link != NULL && link->went)
		link->came = true;
}

unsigned
links_end(struct links *links)
{
	unsigned i, count = links->replaced;
	struct link *link;

	links->replaced = 0;
	links->sampled = true;
	free(links->expected);
	links->expected = NULL;
	links->expected_count = 0;
	links->anything_expected = false;
	for (i = 0; i < links->count; i++) {
		link = &links->list[i];
		if (link->state != LINK_OLD)
			continue;
		link->state = LINK_GONE;
		take_leave(links, link);
		count++;
	}
	return count;
}

void
links_sweep(struct links *links)
{
	unsigned i, kept = 0;

	for (i = 0; i < links->count; i++) {
		links->list[i].is_new = false;
		if (links->list[i].state != LINK_GONE)
			links->list[kept++] = links->list[i];
	}
	links->count = kept;
}

void
links_counted(const struct link *link, uint64_t sum[MESSAGE_COUNTED])
{
	unsigned i;

	for (i = 0; i < MESSAGE_COUNTED; i++)
		sum[i] = counted(link, i);
}

void
links_total(const struct links *links, uint64_t total[MESSAGE_COUNTED])
{
	unsigned i;

	memcpy(total, links->gone, sizeof(links->gone));
	for (i = 0; i < links->count; i++)
		if (links->list[i].state != LINK_GONE)
			add(total, &links->list[i]);
}

uint64_t
links_open(const struct links *links)
{
	uint64_t open = links->brought;
	unsigned i;

	for (i = 0; i < links->count; i++)
		if (links->list[i].last.up && !links->list[i].last.loopback)
			open++;
	return open;
}

void
links_free(struct links *links)
{
	free(links->expected);
	free(links->departed);
	free(links->list);
}
