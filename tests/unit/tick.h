/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tick.h: what the unit tests of timeouts share. A tick is a timeout's
 * argument: it counts its calls, and does what the test wants. One that is
 * closed must not be called any more; a call that comes all the same ends the
 * program, and so do two callbacks at a time on one instance.
 */
#ifndef NETINST_TESTS_TICK_H
#define NETINST_TESTS_TICK_H

#include <stdatomic.h>
#include <stdbool.h>

#include <netinst/timeout.h>

#include "core_fixture.h"

#define HOUR	  3600000 /* milliseconds */
#define INSTANCES 4096	  /* that a test may have made */

struct tick {
	_Atomic unsigned calls;
	_Atomic bool closed;
	_Atomic netid_t instance;
	_Atomic net_timeout_t timeout;
	void (*act)(struct tick *tick);
};

/* Two for all tests, and a gate, made anew by setup. */
extern struct tick tick, other_tick;
extern struct gate gate;

/* Of instances that are gone: no tick may be called there. */
extern _Atomic bool gone[INSTANCES];

/* A net_timeout_fn_t; arg is the tick. */
void tick_call(netid_t id, void *arg);
void tick_close(struct tick *tick);
/* Waits until it was called again, from the beginning. */
void tick_wait(struct tick *tick);
/* A condition for wait_until(). */
bool tick_was_called(void *arg);

/*
 * Whatever is due in so many milliseconds has been posted when it returns. It
 * uses the global instance, which must not be inside a callback.
 */
void tick_let_come(unsigned milliseconds);

/* At the begin and the end of other callbacks: they exclude each other. */
void instance_enter(netid_t id);
void instance_leave(netid_t id);

/* Around a core: core_setup() and core_teardown() with the ticks made new. */
int tick_setup(void **state);
int tick_teardown(void **state);

#define TICK_TEST(test)                                                        \
	cmocka_unit_test_setup_teardown(test, tick_setup, tick_teardown)

#endif
