/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.c: owns the list of each thread. It is not on the stack, which is gone
 * when it is needed.
 */
#include "core/callback/held.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/thread_end.h"
#include "core/callback/frame.h"

static struct thread_end ends;

_Thread_local unsigned held_depth;
static _Thread_local struct {
	bool watched; /* its thread's end is */
	struct {
		held_fn give_back;
		void *first, *second;
	} list[HELD_MAX];
} held;

static void
held_at_end(void *arg)
{
	(void)arg;
	held.watched = false;
	frame_leave_all();
	held_give_back(0);
}

void
held_init(void)
{
	thread_end_init(&ends, held_at_end);
}

void
held_add(held_fn give_back, void *first, void *second)
{
	unsigned i = held_depth++;

	if (!held.watched)
		thread_end_set(&ends, &held);
	held.watched = true;
	if (i >= HELD_MAX)
		return;
	held.list[i].give_back = give_back;
	held.list[i].first = first;
	held.list[i].second = second;
}

void
held_remove(void)
{
	held_depth--;
}

void
held_give_back(unsigned depth)
{
	unsigned i;

	while (held_depth > depth)
		if ((i = --held_depth) < HELD_MAX)
			held.list[i].give_back(
			    held.list[i].first, held.list[i].second);
}
