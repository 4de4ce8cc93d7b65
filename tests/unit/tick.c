/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tick.c: owns the ticks, and knows which instances are inside a callback.
 * Ticks are called by workers, the rest by the test's own thread.
 */
#include "tick.h"

#include <string.h>

#include "base/check.h"

struct tick tick, other_tick;
struct gate gate;
_Atomic bool gone[INSTANCES];
static _Atomic unsigned inside[INSTANCES];

void
instance_enter(netid_t id)
{
	ASSERT(id < INSTANCES && !atomic_load(&gone[id]));
	ASSERT(atomic_fetch_add(&inside[id], 1) == 0);
}

void
instance_leave(netid_t id)
{
	ASSERT(atomic_fetch_sub(&inside[id], 1) == 1);
}

void
tick_call(netid_t id, void *arg)
{
	struct tick *called = arg;

	instance_enter(id);
	ASSERT(!atomic_load(&called->closed));
	atomic_store(&called->instance, id);
	if (called->act != NULL)
		called->act(called);
	instance_leave(id);
	(void)atomic_fetch_add(&called->calls, 1);
}

void
tick_close(struct tick *to_close)
{
	atomic_store(&to_close->closed, true);
}

bool
tick_was_called(void *arg)
{
	struct tick *asked = arg;

	return atomic_load(&asked->calls) > 0;
}

void
tick_wait(struct tick *awaited)
{
	atomic_store(&awaited->calls, 0);
	wait_until(tick_was_called, awaited);
}

/* Jobs are posted in the order in which they are due. */
void
tick_let_come(unsigned milliseconds)
{
	static struct tick witness;

	atomic_store(&witness.calls, 0);
	ASSERT(net_timeout(0, milliseconds, tick_call, &witness) != 0);
	wait_until(tick_was_called, &witness);
}

int
tick_setup(void **state)
{
	memset(gone, 0, sizeof(gone));
	memset(inside, 0, sizeof(inside));
	memset(&tick, 0, sizeof(tick));
	memset(&other_tick, 0, sizeof(other_tick));
	gate_init(&gate);
	return core_setup(state);
}

int
tick_teardown(void **state)
{
	int error = core_teardown(state);

	gate_destroy(&gate);
	return error;
}
