/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_hook_churn.c: eight threads run the hooks of an event while hooks
 * come and go: none is called that was taken away, and every call is counted,
 * also of more threads than have counters of their own. Worth most under the
 * thread sanitizer.
 */
#include <sched.h>

#include "core/hook/hook.h"
#include "hook_fixture.h"

/* --- many threads --------------------------------------------------------- */

enum { THREADS = 8, COMERS = 3, ROUNDS = 120 };

static atomic_bool over;
static _Atomic uint64_t calls_seen;

/* Alive from before it is registered until unregistering has returned. */
static atomic_bool alive[COMERS];

static int
must_be_alive(hook_event_token_t which, hook_data_t data, void *arg)
{
	const atomic_bool *life = arg;

	ASSERT(atomic_load(life));
	(void)atomic_fetch_add_explicit(&calls_seen, 1, memory_order_relaxed);
	ASSERT(atomic_load(life));
	return 0;
}

static int
run_until_over(void)
{
	while (!atomic_load(&over))
		(void)hook_run(NULL, mine_token, 0);
	return 0;
}

static void
come_and_go(unsigned round)
{
	static const char *const names[COMERS] = {"x", "y", "z"};
	unsigned which = round % COMERS;

	atomic_store(&alive[which], true);
	assert_int_equal(
	    mine_add(names[which], must_be_alive, &alive[which]), 0);
	which = (round + 1) % COMERS;
	if (round < COMERS - 1)
		return;
	assert_int_equal(mine_take(names[which]), 0);
	atomic_store(&alive[which], false);
}

static void
hooks_come_and_go_while_eight_threads_run_them(void **state)
{
	struct errand threads[THREADS];
	unsigned i;

	atomic_store(&over, false);
	atomic_store(&calls_seen, 0);
	for (i = 0; i < THREADS; i++)
		errand_begin(&threads[i], run_until_over);
	for (i = 0; i < ROUNDS; i++)
		come_and_go(i);
	while (atomic_load(&calls_seen) == 0)
		;
	atomic_store(&over, true);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(errand_end(&threads[i]), 0);
	assert_int_equal(statistic_of(1, "mine", "E", "hooksAdded"), ROUNDS);
	assert_int_equal(
	    statistic_of(1, "mine", "E", "hooksRemoved"), ROUNDS - COMERS + 1);
}

static void
counts_are_exact_with_eight_threads(void **state)
{
	struct errand threads[THREADS];
	unsigned i;

	atomic_store(&over, false);
	atomic_store(&calls_seen, 0);
	atomic_store(&alive[0], true);
	assert_int_equal(mine_add("x", must_be_alive, &alive[0]), 0);
	for (i = 0; i < THREADS; i++)
		errand_begin(&threads[i], run_until_over);
	for (i = 0; i < 50; i++) {
		assert_int_equal(mine_add("y", nothing, NULL), 0);
		assert_int_equal(mine_take("y"), 0);
	}
	atomic_store(&over, true);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(errand_end(&threads[i]), 0);
	assert_int_equal(statistic_of(1, "mine/E", "x", "hook_hits"),
	    atomic_load(&calls_seen));
	assert_int_equal(
	    statistic_of(1, "mine", "E", "events"), atomic_load(&calls_seen));
}

/* --- more threads than counters ------------------------------------------- */

enum { CROWD = HOOK_COUNTERS + 8, GENERATIONS = 3, CALLS = 10000 };

static atomic_uint here;

static int
run_among_all(void)
{
	unsigned i;

	(void)run_mine();
	(void)atomic_fetch_add(&here, 1);
	while (atomic_load(&here) < CROWD)
		(void)sched_yield();
	for (i = 1; i < CALLS; i++)
		(void)run_mine();
	return 0;
}

/* Each thread of the next ones has the counters of one that ended. */
static void
counts_are_exact_with_more_threads_than_counters(void **state)
{
	struct errand threads[CROWD];
	unsigned generation, i;

	assert_int_equal(mine_add("x", nothing, NULL), 0);
	for (generation = 1; generation <= GENERATIONS; generation++) {
		atomic_store(&here, 0);
		for (i = 0; i < CROWD; i++)
			errand_begin(&threads[i], run_among_all);
		for (i = 0; i < CROWD; i++)
			assert_int_equal(errand_end(&threads[i]), 0);
		assert_int_equal(statistic_of(1, "mine/E", "x", "hook_hits"),
		    generation * CROWD * CALLS);
	}
}

#define CHURN(test)                                                            \
	cmocka_unit_test_setup_teardown(test, hook_setup_mine, hook_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CHURN(hooks_come_and_go_while_eight_threads_run_them),
	    CHURN(counts_are_exact_with_eight_threads),
	    CHURN(counts_are_exact_with_more_threads_than_counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
