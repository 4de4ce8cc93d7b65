/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_ends.c: what is counted stays counted until nothing can reach what
 * the count keeps. The Makefile has timer_cancel() called through here, so that
 * each test looks at the very moment in which the clock still has the timer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netinst/timeout.h>

#include "core/extras.h"
#include "core_fixture.h"
#include "exec/timer.h"

/* What the timer's instance counted whenever one was taken off the clock. */
static _Atomic unsigned cancelled, uncounted;

bool __real_timer_cancel(struct timer_clock *clock, struct timer *timer);
bool __wrap_timer_cancel(struct timer_clock *clock, struct timer *timer);

bool
__wrap_timer_cancel(struct timer_clock *clock, struct timer *timer)
{
	const struct instance *home = instance_of(timer->strand);

	cancelled++;
	if (atomic_load(&extras_peek(home)->timeout_count) == 0)
		uncounted++;
	return __real_timer_cancel(clock, timer);
}

static int
setup(void **state)
{
	cancelled = uncounted = 0;
	return core_setup(state);
}

static void
never(netid_t id, void *arg)
{
	(void)id;
	(void)arg;
	fail();
}

static void
make_one(netid_t id)
{
	assert_int_not_equal(net_timeout(id, UINT64_MAX, never, NULL), 0);
}

static void
a_timeout_is_counted_until_its_timer_is_off_the_clock(void **state)
{
	net_timeout_t number;

	(void)state;
	number = net_timeout(0, UINT64_MAX, never, NULL);
	assert_int_not_equal(number, 0);
	assert_int_equal(net_untimeout(number), 0);
	assert_int_equal(cancelled, 1);
	assert_int_equal(uncounted, 0);
}

static void
so_is_one_that_ends_with_its_registrant_or_its_instance(void **state)
{
	netid_t id = add_instance("x", NULL);

	(void)state;
	A->on_create = make_one;
	B->on_create = make_one;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_equal(leave(A), DDI_SUCCESS);
	assert_int_equal(destroy(id), 0);
	assert_int_equal(cancelled, 3);
	assert_int_equal(uncounted, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_timeout_is_counted_until_its_timer_is_off_the_clock, setup,
		core_teardown),
	    cmocka_unit_test_setup_teardown(
		so_is_one_that_ends_with_its_registrant_or_its_instance, setup,
		core_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
