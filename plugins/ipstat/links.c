/* SPDX-License-Identifier: Apache-2.0 */
/*
 * links.c: which link of a sample is which of the sample before.
 *
 * The kernel hands out rising indexes, so an index that comes again is nearly
 * always the same link, perhaps under another name or with another address (a
 * bridge changes its own). It is another one when name and address both
 * differ, or when it counted less than before; a device that is reset is
 * treated alike, which keeps the sum right.
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

static bool
is_same(const struct message_link *last, const struct message_link *seen)
{
	unsigned i;

	/* Only these: some drivers correct the others downwards. */
	for (i = MESSAGE_IPACKETS; i <= MESSAGE_OBYTES; i++)
		if (seen->counters[i] < last->counters[i])
			return false;
	return strcmp(last->name, seen->name) == 0 ||
	       memcmp(last->address, seen->address, MESSAGE_ADDRESS) == 0;
}

static void
add(uint64_t sum[MESSAGE_COUNTED], const uint64_t counters[MESSAGE_COUNTED])
{
	unsigned i;

	for (i = 0; i < MESSAGE_COUNTED; i++)
		sum[i] += counters[i];
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
	*link =
	    (struct link){.last = *seen, .state = LINK_SEEN, .is_new = true};
}

void
links_see(void *arg, const struct message_link *seen)
{
	struct links *links = arg;
	unsigned at = place_of(links, seen->index);
	struct link *link = &links->list[at];

	if (at == links->count || link->last.index != seen->index) {
		insert(links, at, seen);
		return;
	}
	link->state = LINK_SEEN;
	if (!is_same(&link->last, seen)) {
		add(links->gone, link->last.counters);
		links->vanished++;
		links->replaced++;
		link->is_new = true;
	} else if (link->came) {
		links->replaced++;
	}
	if (link->came)
		link->went = link->came = false;
	link->last = *seen;
}

static struct link *
link_of(struct links *links, int index)
{
	unsigned at = place_of(links, index);

	return at < links->count && links->list[at].last.index == index
		   ? &links->list[at]
		   : NULL;
}

bool
links_went(struct links *links, int index)
{
	struct link *link = link_of(links, index);

	if (link != NULL)
		link->went = true;
	return link != NULL;
}

void
links_came(struct links *links, int index)
{
	struct link *link = link_of(links, index);

	if (link != NULL && link->went)
		link->came = true;
}

unsigned
links_end(struct links *links)
{
	unsigned i, count = links->replaced;
	struct link *link;

	links->replaced = 0;
	for (i = 0; i < links->count; i++) {
		link = &links->list[i];
		if (link->state != LINK_OLD)
			continue;
		link->state = LINK_GONE;
		add(links->gone, link->last.counters);
		links->vanished++;
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

const struct link *
links_find(const struct links *links, int index)
{
	unsigned at = place_of(links, index);

	return at < links->count && links->list[at].last.index == index
		   ? &links->list[at]
		   : NULL;
}

void
links_total(const struct links *links, uint64_t total[MESSAGE_COUNTED])
{
	unsigned i;

	memcpy(total, links->gone, sizeof(links->gone));
	for (i = 0; i < links->count; i++)
		if (links->list[i].state != LINK_GONE)
			add(total, links->list[i].last.counters);
}

void
links_free(struct links *links)
{
	free(links->list);
}
