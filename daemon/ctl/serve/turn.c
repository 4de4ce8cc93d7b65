/* SPDX-License-Identifier: Apache-2.0 */
/* turn.c: first come, first served; who asks again goes to the end. */
#include "ctl/serve/turn.h"

#include "lib/clock.h"

void
turns_init(struct turns *turns, void (*arm)(void *arg), void *arg)
{
	TAILQ_INIT(&turns->queue);
	turns->arm = arm;
	turns->arg = arg;
}

void
turn_init(struct turn *turn, void (*run)(struct turn *turn))
{
	turn->queued = false;
	turn->run = run;
}

void
turn_queue(struct turns *turns, struct turn *turn)
{
	if (turn->queued)
		return;
	if (TAILQ_EMPTY(&turns->queue))
		turns->arm(turns->arg);
	turn->queued = true;
	TAILQ_INSERT_TAIL(&turns->queue, turn, link);
}

void
turn_cancel(struct turns *turns, struct turn *turn)
{
	if (!turn->queued)
		return;
	turn->queued = false;
	TAILQ_REMOVE(&turns->queue, turn, link);
}

void
turns_run(struct turns *turns)
{
	struct turn *last = TAILQ_LAST(&turns->queue, turn_queue_head), *turn;
	int64_t end = clock_monotonic() + TURNS_LENGTH;
	bool was_last = false;

	while ((turn = TAILQ_FIRST(&turns->queue)) != NULL && !was_last &&
	       clock_monotonic() < end) {
		was_last = turn == last;
		turn_cancel(turns, turn);
		turn->run(turn);
	}
	if (!TAILQ_EMPTY(&turns->queue))
		turns->arm(turns->arg);
}
