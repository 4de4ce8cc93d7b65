/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue.c: owns nothing. A strand whose number is not less than the last one's
 * is appended to a list, which so is in order; any other goes into a pairing
 * heap: a tree in which none is before its parent, that is put in order only
 * as far as the first one has to be known. What is first is the first of one of
 * the two.
 */
#include "exec/queue.h"

/* Two heaps become one; a is not NULL. */
static struct strand *
heap_join(struct strand *a, struct strand *b)
{
	struct strand *top = a;

	if (b == NULL)
		return a;
	if (queue_is_before(b, a)) {
		top = b;
		b = a;
	}
	b->link = top->child;
	top->child = b;
	return top;
}

/*
 * What is left without the first one: its children are joined in pairs, and
 * the pairs, last first, to one heap. That is what keeps the heap low.
 */
static struct strand *
heap_without(struct strand *first)
{
	struct strand *rest = first->child, *pairs = NULL, *heap = NULL;
	struct strand *a, *b;

	while ((a = rest) != NULL) {
		b = a->link;
		rest = b != NULL ? b->link : NULL;
		a = heap_join(a, b);
		a->link = pairs;
		pairs = a;
	}
	while ((a = pairs) != NULL) {
		pairs = a->link;
		heap = heap_join(a, heap);
	}
	return heap;
}

void
queue_put(struct queue *queue, struct strand *strand)
{
	strand->arrival = ++queue->arrivals;
	strand->link = strand->child = NULL;
	if (queue->last == NULL)
		queue->first = queue->last = strand;
	else if (queue->last->number <= strand->number)
		queue->last = queue->last->link = strand;
	else
		queue->early = heap_join(strand, queue->early);
}

struct strand *
queue_take(struct queue *queue)
{
	struct strand *strand = queue_first(queue);

	if (strand == queue->early) {
		queue->early = heap_without(strand);
		return strand;
	}
	queue->first = strand->link;
	if (queue->first == NULL)
		queue->last = NULL;
	return strand;
}
