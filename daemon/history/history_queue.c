/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_queue.c: a bounded list of records. Those that are being stored are
 * marked busy and stand at its head; when there is no room, the oldest behind
 * them is dropped. Under the history's lock.
 */
#include "history/history_queue.h"

#include "base/check.h"
#include "lib/emit.h"

/* Of one piece of an answer: bytes, and records looked at. */
#define PIECE_SIZE   (64 << 10)
#define PIECE_LOOKS  1024
#define STORED_TRUE  "{\"stored\":true,"
#define STORED_FALSE "{\"stored\":false,"

void
history_queue_init(struct history_queue *queue)
{
	*queue = (struct history_queue){0};
	TAILQ_INIT(&queue->list);
}

static void
queue_remove(struct history_queue *queue, struct history_record *record)
{
	TAILQ_REMOVE(&queue->list, record, link);
	queue->count--;
	queue->bytes -= record->length;
	history_record_free(record);
}

void
history_queue_clear(struct history_queue *queue)
{
	struct history_record *record;

	while ((record = TAILQ_FIRST(&queue->list)) != NULL)
		queue_remove(queue, record);
}

/* The oldest that is not being stored, or NULL. */
static struct history_record *
queue_oldest(const struct history_queue *queue)
{
	struct history_record *record = TAILQ_FIRST(&queue->list);

	while (record != NULL && record->busy)
		record = TAILQ_NEXT(record, link);
	return record;
}

static int64_t
queue_next_number(struct history_queue *queue, int64_t closed)
{
	queue->last = queue->last < closed ? closed : queue->last + 1;
	return queue->last;
}

void
history_queue_add(struct history_queue *queue, struct history_record *record)
{
	struct history_record *oldest;

	record->number = queue_next_number(queue, record->closed);
	TAILQ_INSERT_TAIL(&queue->list, record, link);
	queue->count++;
	queue->bytes += record->length;
	while (queue->count > HISTORY_MEMORY_MAX ||
	       queue->bytes > HISTORY_MEMORY_SIZE) {
		oldest = queue_oldest(queue);
		if (oldest == NULL)
			break;
		queue_remove(queue, oldest);
		queue->lost++;
	}
}

unsigned
history_queue_take(
    struct history_queue *queue, struct history_record **records, unsigned max)
{
	struct history_record *record;
	unsigned count = 0;

	TAILQ_FOREACH (record, &queue->list, link) {
		if (count == max)
			break;
		record->busy = true;
		records[count++] = record;
	}
	return count;
}

void
history_queue_release(struct history_queue *queue, unsigned count, bool stored)
{
	struct history_record *record = TAILQ_FIRST(&queue->list), *next;

	for (; count > 0; count--, record = next) {
		ASSERT(record != NULL && record->busy);
		next = TAILQ_NEXT(record, link);
		record->busy = false;
		if (stored)
			queue_remove(queue, record);
	}
}

void
history_queue_raise(struct history_queue *queue, int64_t floor)
{
	struct history_record *record = TAILQ_FIRST(&queue->list);

	if (queue->last < floor)
		queue->last = floor;
	if (record == NULL || record->number > floor)
		return;
	TAILQ_FOREACH (record, &queue->list, link)
		record->number = queue_next_number(queue, record->closed);
}

void
history_queue_prune(struct history_queue *queue,
    const struct history_limits *limits, int64_t now)
{
	struct history_record *oldest;

	while ((oldest = queue_oldest(queue)) != NULL &&
	       (queue->count > limits->keep ||
		   (limits->max_age != 0 &&
		       oldest->closed < now - limits->max_age)))
		queue_remove(queue, oldest);
}

static void
queue_write(struct buffer *out, const struct history_view *view)
{
	if (out->length > 0)
		emit_raw_byte(out, ',');
	if (view->stored)
		buffer_append(out, STORED_TRUE, sizeof(STORED_TRUE) - 1);
	else
		buffer_append(out, STORED_FALSE, sizeof(STORED_FALSE) - 1);
	/* Its text without the brace that opens it. */
	buffer_append(out, view->text + 1, view->length - 1);
}

bool
history_query_wants(
    const struct history_query *query, const struct history_view *view)
{
	return view->closed >= query->since && view->names != NULL &&
	       history_record_matches(view->names, query->match);
}

bool
history_queue_answer(
    struct history_query *query, const struct history_view *view)
{
	query->end = HISTORY_GO_ON;
	if (query->out.length >= PIECE_SIZE ||
	    query->looked_at++ >= PIECE_LOOKS)
		return false;
	if (history_query_wants(query, view)) {
		if (query->found == query->limit) {
			query->end = HISTORY_MORE;
			return false;
		}
		queue_write(&query->out, view);
		query->found++;
		query->written = view->number;
	}
	query->reached = view->number;
	return true;
}

bool
history_queue_read(
    const struct history_queue *queue, struct history_query *query)
{
	struct history_record *record;
	struct history_view view;

	TAILQ_FOREACH_REVERSE (record, &queue->list, history_records, link) {
		if (record->number >= query->before)
			continue;
		if (record->number < query->since)
			break;
		view = (struct history_view){
		    .number = record->number,
		    .closed = record->closed,
		    .names = record->names,
		    .text = record->text,
		    .length = record->length,
		};
		if (!history_queue_answer(query, &view))
			return false;
	}
	return true;
}
