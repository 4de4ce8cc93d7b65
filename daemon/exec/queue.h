/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue.h: private to exec/: strands in the order of their numbers, those with
 * the same first in first out. Putting one in is O(1), taking the first out
 * O(log n) over time, whatever their numbers; mostly they rise, and then both
 * cost a few stores. The memory is the strands'; the caller has the lock.
 */
#ifndef NETINST_EXEC_QUEUE_H
#define NETINST_EXEC_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "exec/strand.h"

struct queue {
	struct strand *first, *last; /* each came when it belonged last */
	struct strand *early;	     /* the others: the first of a heap */
	uint64_t arrivals;
};

void queue_put(struct queue *queue, struct strand *strand);

/* There is one. */
struct strand *queue_take(struct queue *queue);

/* Whether a belongs before b. */
static inline bool
queue_is_before(const struct strand *a, const struct strand *b)
{
	return a->number < b->number ||
	       (a->number == b->number && a->arrival < b->arrival);
}

/* NULL: it is empty. */
static inline struct strand *
queue_first(const struct queue *queue)
{
	if (queue->early == NULL ||
	    (queue->first != NULL &&
		queue_is_before(queue->first, queue->early)))
		return queue->first;
	return queue->early;
}

#endif
