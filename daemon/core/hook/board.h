/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board.h: private to core/: where it is posted what comes and goes, for
 * notification callbacks to be told. There is one for each level: that of an
 * instance has its families, that of a family its events, that of an event its
 * hooks. notify.c tells; all of it belongs to the instance's strand.
 */
#ifndef NETINST_CORE_BOARD_H
#define NETINST_CORE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct notifier;

/* Something that comes and goes; embedded in it. */
struct board_entry {
	struct board_entry *next; /* in order of arrival */
	const char *name;	  /* borrowed from what it is embedded in */
	uint64_t added, removed;  /* numbers of its news; 0: not yet */
};

struct board {
	struct board_entry *entries;
	struct notifier *notifiers;
	uint64_t news; /* comings and goings so far */
};

/* The board of a family or of an event. */
struct board_below {
	struct board board;	  /* first: board.h's users look past it */
	struct board_below *next; /* of those with notifiers; the extras' */
	const char *family;	  /* borrowed */
	const char *event;	  /* likewise; NULL: the family's own board */
	bool listed;
};

/* Announced, and not announced gone. */
static inline bool
board_has(const struct board_entry *entry)
{
	return entry->added != 0 && entry->removed == 0;
}

#endif
