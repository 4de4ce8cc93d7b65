/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turn.h: fairness between clients. Whoever has more to do than fits into one
 * visit of the loop queues up here for another turn; between the turns the
 * loop looks after everybody else. Loop thread.
 */
#ifndef NETINST_CTL_TURN_H
#define NETINST_CTL_TURN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/clock.h"

/* How long one client may keep the loop; a turn ends soon after. */
#define TURN_LENGTH (NS_PER_MS / 4)
/* How long the turns of one visit may take altogether. */
#define TURNS_LENGTH NS_PER_MS

struct turn {
	TAILQ_ENTRY(turn) link;
	bool queued;
	void (*run)(struct turn *turn);
};

struct turns {
	TAILQ_HEAD(turn_queue_head, turn)
	queue;			/* who waited longest comes first */
	void (*arm)(void *arg); /* see to it that turns_run() is called */
	void *arg;
};

void turns_init(struct turns *turns, void (*arm)(void *arg), void *arg);

void turn_init(struct turn *turn, void (*run)(struct turn *turn));

/* Asks for a turn; once is enough. */
void turn_queue(struct turns *turns, struct turn *turn);

/* Takes it off the queue. */
void turn_cancel(struct turns *turns, struct turn *turn);

/*
 * Gives a turn to as many as fit into TURNS_LENGTH, each of them at most once;
 * arms again when there are more.
 */
void turns_run(struct turns *turns);

#endif
