/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_queue.h: records in memory, oldest first: those that wait for the
 * store or, without one, all. Any thread; nothing here waits.
 */
#ifndef NETINST_HISTORY_QUEUE_H
#define NETINST_HISTORY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "history/history.h"
#include "history/history_record.h"

struct history_queue {
	struct history_records list;
	uint64_t count, bytes;
	uint64_t lost;
	int64_t last; /* the highest number given */
};

/* The caller holds the history's lock for all of these. */

void history_queue_init(struct history_queue *queue);
/* Frees what is in it. */
void history_queue_clear(struct history_queue *queue);

/* Gives the record a number and takes it; the oldest go if need be. */
void history_queue_add(
    struct history_queue *queue, struct history_record *record);

/*
 * The oldest, up to max, for the one thread that stores them: they stay, and
 * are not dropped, until history_queue_release(). Returns how many.
 */
unsigned history_queue_take(
    struct history_queue *queue, struct history_record **records, unsigned max);
/* stored: they leave the queue, and are freed. */
void history_queue_release(
    struct history_queue *queue, unsigned count, bool stored);

/* Numbers what is in it anew where need be, so that all are above floor. */
void history_queue_raise(struct history_queue *queue, int64_t floor);

/* Those beyond the limits go. */
void history_queue_prune(struct history_queue *queue,
    const struct history_limits *limits, int64_t now);

/* Answers what it can of a query; true: the rest is the store's. */
bool history_queue_read(
    const struct history_queue *queue, struct history_query *query);

/* A record, wherever it is. */
struct history_view {
	int64_t number, closed;
	const char *names, *text;
	size_t length;
	bool stored;
};
/* Whether it is asked for; text and length are not looked at. */
bool history_query_wants(
    const struct history_query *query, const struct history_view *view);

/*
 * For whoever answers a query, record by record: adds it to the answer if it
 * is wanted. False: the piece is full.
 */
bool history_queue_answer(
    struct history_query *query, const struct history_view *view);

#endif
