/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.h: the records of instances that have ended, as the rest of the
 * daemon sees them. They go from the strands (history_final.c) through a
 * bounded queue in memory (history_queue.c) to a thread of their own, "history"
 * (history.c), and there into the store (history_store.c). Nobody waits for the
 * store but that thread.
 *
 * A record stays in memory, and in the lists, until the store takes it. Beyond
 * HISTORY_MEMORY_MAX the oldest is dropped and counted.
 */
#ifndef NETINST_HISTORY_H
#define NETINST_HISTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/buffer.h"

/* What memory holds at most, whichever comes first. */
#define HISTORY_MEMORY_MAX  10000
#define HISTORY_MEMORY_SIZE (256 << 20) /* bytes of text */

struct history_limits {
	unsigned keep;	 /* records */
	int64_t max_age; /* ns; 0: any */
};

struct history_record;

/*
 * Starts the thread. directory: absolute, copied; NULL: records are in memory
 * only. Whether the store works shows later. 0 or a negative errno.
 */
int history_start(const char *directory, const struct history_limits *limits);

/* Replaces the limits. Any thread. */
void history_set_limits(const struct history_limits *limits);

/*
 * Nothing may be added any more. Returns when every question is answered and
 * what waited is stored, or was lost by one more failing try, which is logged.
 * Takes as long as the store takes.
 */
void history_stop(void);

/*
 * The stop takes too long: logs whether the history is why, and what would be
 * lost now. Any thread; does not wait.
 */
void history_give_up(void);

/* Steals it and gives it its number. Any thread; does not wait. */
void history_add(struct history_record *record);

enum history_end {
	HISTORY_GO_ON, /* ask again from reached on */
	HISTORY_MORE,  /* limit was reached, and there is another */
	HISTORY_LAST   /* there is no other */
};

/* A question for a piece of the records, newest first. */
struct history_query {
	const char *match; /* a pattern for one of the names; NULL: any */
	int64_t since;	   /* closed then or later; realtime, ns */
	int64_t before;	   /* their number is below */
	int64_t limit;	   /* so many at most */
	void (*done)(struct history_query *query); /* the history's thread */
	/* The answer: */
	struct buffer out; /* JSON objects with commas between */
	int64_t found;	   /* how many */
	int64_t written;   /* the number of the last of them, or before */
	int64_t reached;   /* those from this number on were looked at */
	enum history_end end;
	bool unreadable; /* the store was not read */
	/* The history's: */
	unsigned looked_at;
	STAILQ_ENTRY(history_query) link;
};

#define HISTORY_FIRST INT64_MAX /* before: from the newest on */

/* Any thread; the query is the history's until done is called. */
void history_read(struct history_query *query);

struct history_status {
	bool stored;	   /* there is a store */
	uint64_t records;  /* in it */
	uint64_t waiting;  /* in memory */
	uint64_t lost;	   /* were too many for the memory, ever */
	uint64_t damaged;  /* read and left out, ever */
	uint64_t failures; /* of the store, ever */
	char problem[512]; /* why it does not work now, or "" */
};
void history_read_status(struct history_status *status);

#endif
