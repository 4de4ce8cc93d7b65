/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_base.c: what everything else stands on: slabs, locks, memory, the
 * clock. What ends the process is tried in a child.
 */
#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/plugin_lock.h"
#include "base/slab.h"
#include "core_fixture.h"
#include "lib/clock.h"

/* How body ends in a process of its own: the signal, or 0. */
static int
death_of(void (*body)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)close(STDERR_FILENO);
		body();
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* --- slabs ---------------------------------------------------------------- */

struct object {
	uint64_t magic;
	uint64_t second;
	uint64_t last;
};

static void
an_object_given_back_is_used_again(void **state)
{
	struct slab slab;
	struct object *first, *second;

	slab_init(&slab, sizeof(struct object));
	first = slab_alloc(&slab);
	second = slab_alloc(&slab);
	assert_ptr_not_equal(first, second);
	slab_free(&slab, first);
	assert_ptr_equal(slab_alloc(&slab), first);
	assert_int_equal(slab.used, 2);
	slab_destroy(&slab);
}

static void
the_magic_number_can_be_read_after_the_object_was_freed(void **state)
{
	struct object *object;
	struct slab slab;

	slab_init(&slab, sizeof(*object));
	object = slab_alloc(&slab);
	assert_int_equal(object->magic, 0);
	*object = (struct object){0x1234, 5, 0x6789};
	slab_free(&slab, object);
	assert_int_equal(object->magic, 0x1234);
	assert_int_equal(object->last, 0x6789);
	slab_destroy(&slab);
}

static void
a_slab_knows_its_objects_from_other_addresses(void **state)
{
	struct slab slab, other;
	struct object *object, *foreign, outside;

	slab_init(&slab, sizeof(*object));
	slab_init(&other, sizeof(*object));
	object = slab_alloc(&slab);
	foreign = slab_alloc(&other);
	assert_true(slab_owns(&slab, object));
	assert_false(slab_owns(&slab, &object->second));
	assert_false(slab_owns(&slab, foreign));
	assert_false(slab_owns(&slab, &outside));
	assert_false(slab_owns(&slab, NULL));
	slab_free(&slab, object);
	assert_true(slab_owns(&slab, object));
	slab_destroy(&other);
	slab_destroy(&slab);
}

static void
mark(void *visited, void *arg)
{
	struct object *object = visited;
	unsigned *count = arg;

	object->last++;
	(*count)++;
}

static void
many_objects_never_overlap_and_each_is_visited_once(void **state)
{
	struct object *objects[1000];
	unsigned visited = 0, i;
	struct slab slab;

	slab_init(&slab, sizeof(struct object));
	for (i = 0; i < ARRAY_LENGTH(objects); i++) {
		objects[i] = slab_alloc(&slab);
		*objects[i] = (struct object){i, i, 0};
	}
	slab_visit(&slab, mark, &visited);
	assert_int_equal(visited, ARRAY_LENGTH(objects));
	for (i = 0; i < ARRAY_LENGTH(objects); i++) {
		assert_int_equal(objects[i]->magic, i);
		assert_int_equal(objects[i]->second, i);
		assert_int_equal(objects[i]->last, 1);
		assert_true(slab_owns(&slab, objects[i]));
	}
	slab_destroy(&slab);
}

static struct slab shared;

static void
use_the_shared_slab(void)
{
	struct object *mine[64];
	unsigned i, round;

	for (round = 0; round < 200; round++) {
		for (i = 0; i < ARRAY_LENGTH(mine); i++) {
			mine[i] = slab_alloc(&shared);
			mine[i]->last = (uintptr_t)&mine[i];
		}
		for (i = 0; i < ARRAY_LENGTH(mine); i++) {
			ASSERT(mine[i]->last == (uintptr_t)&mine[i]);
			slab_free(&shared, mine[i]);
		}
	}
}

static void *
use_from_a_thread(void *arg)
{
	use_the_shared_slab();
	return arg;
}

static void
threads_never_get_the_same_object(void **state)
{
	pthread_t other;

	slab_init(&shared, sizeof(struct object));
	assert_int_equal(
	    pthread_create(&other, NULL, use_from_a_thread, NULL), 0);
	use_the_shared_slab();
	(void)pthread_join(other, NULL);
	assert_int_equal(shared.used, 0);
	slab_destroy(&shared);
}

/* --- locks ---------------------------------------------------------------- */

static struct lock outer, inner;

static void
take_in_order(void)
{
	lock_enter(&outer);
	lock_enter(&inner);
	lock_assert_held(&outer);
	lock_exit(&outer);
	lock_exit(&inner);
	lock_assert_none_held();
}

static void
locks_are_taken_in_rising_rank_and_left_in_any_order(void **state)
{
	lock_init(&outer, LOCK_CORE);
	lock_init(&inner, LOCK_POOL);
	assert_int_equal(death_of(take_in_order), 0);
}

#ifdef NETINST_DEBUG
static void
take_against_the_order(void)
{
	lock_enter(&inner);
	lock_enter(&outer);
}

static void
take_twice(void)
{
	lock_enter(&outer);
	lock_enter(&outer);
}

static void
hold_one_and_say_none(void)
{
	lock_enter(&outer);
	lock_assert_none_held();
}

static void
leave_one_that_is_not_held(void)
{
	lock_assert_held(&outer);
}

static void
a_lock_taken_against_the_order_ends_the_process(void **state)
{
	lock_init(&outer, LOCK_CORE);
	lock_init(&inner, LOCK_POOL);
	assert_int_equal(death_of(take_against_the_order), SIGABRT);
	assert_int_equal(death_of(take_twice), SIGABRT);
	assert_int_equal(death_of(hold_one_and_say_none), SIGABRT);
	assert_int_equal(death_of(leave_one_that_is_not_held), SIGABRT);
}
#endif

static void
a_foreign_lock_refuses_a_second_entry_of_its_holder(void **state)
{
	struct plugin_lock lock;

	plugin_lock_init(&lock);
	assert_true(plugin_lock_enter(&lock));
	assert_false(plugin_lock_enter(&lock));
	assert_false(plugin_lock_try(&lock));
	assert_true(plugin_lock_exit(&lock));
	assert_true(plugin_lock_try(&lock));
	assert_true(plugin_lock_exit(&lock));
	plugin_lock_destroy(&lock);
}

static struct plugin_lock taken;

static void
try_from_elsewhere(void)
{
	bool entered = plugin_lock_try(&taken);

	diary_write(entered ? "entered" : "held");
	if (entered)
		(void)plugin_lock_exit(&taken);
}

static void
a_foreign_lock_keeps_other_threads_out(void **state)
{
	plugin_lock_init(&taken);
	assert_true(plugin_lock_enter(&taken));
	on_a_thread(try_from_elsewhere);
	assert_diary("held");
	assert_true(plugin_lock_exit(&taken));
	on_a_thread(try_from_elsewhere);
	assert_diary("entered");
	plugin_lock_destroy(&taken);
}

/* The thread sanitizer reports each misuse by itself, as a failure. */
#ifndef __SANITIZE_THREAD__
static void
leave_what_another_holds(void)
{
	diary_write(plugin_lock_exit(&taken) ? "left" : "refused");
}

static void
only_its_holder_leaves_a_foreign_lock(void **state)
{
	plugin_lock_init(&taken);
	assert_false(plugin_lock_exit(&taken));
	assert_true(plugin_lock_enter(&taken));
	on_a_thread(leave_what_another_holds);
	assert_diary("refused");
	assert_true(plugin_lock_exit(&taken));
	assert_false(plugin_lock_exit(&taken));
	plugin_lock_destroy(&taken);
}
#endif

static _Atomic(struct completion *) awaited;

static void *
wait_for_a_completion(void *arg)
{
	struct completion completion;

	completion_init(&completion);
	atomic_store(&awaited, &completion);
	*(int *)arg = completion_wait(&completion);
	pthread_testcancel();
	return NULL;
}

static bool
completion_is_awaited(void *arg)
{
	return atomic_load(&awaited) != NULL;
}

static void
a_cancellation_waits_for_the_completion(void **state)
{
	pthread_t thread;
	void *ended = NULL;
	int result = 0;

	atomic_store(&awaited, NULL);
	assert_int_equal(
	    pthread_create(&thread, NULL, wait_for_a_completion, &result), 0);
	wait_until(completion_is_awaited, NULL);
	assert_int_equal(pthread_cancel(thread), 0);
	/* It cannot have ended: the completion is on its stack. */
	completion_finish(atomic_load(&awaited), 7);
	assert_int_equal(pthread_join(thread, &ended), 0);
	assert_ptr_equal(ended, PTHREAD_CANCELED);
	assert_int_equal(result, 7);
}

static void
a_wait_ends_at_its_deadline_and_not_before(void **state)
{
	struct condition condition;
	int64_t deadline;
	struct lock lock;

	lock_init(&lock, LOCK_POOL);
	condition_init(&condition);
	lock_enter(&lock);
	deadline = clock_monotonic() + 5 * NS_PER_MS;
	while (condition_wait_until(&condition, &lock, deadline))
		;
	lock_exit(&lock);
	assert_true(clock_monotonic() >= deadline);
	condition_destroy(&condition);
	lock_destroy(&lock);
}

static void *
finish_with_seven(void *completion)
{
	completion_finish(completion, 7);
	return NULL;
}

static void
a_completion_gives_the_result_to_the_one_who_waits(void **state)
{
	struct completion completion;
	pthread_t other;

	completion_init(&completion);
	assert_int_equal(
	    pthread_create(&other, NULL, finish_with_seven, &completion), 0);
	assert_int_equal(completion_wait(&completion), 7);
	(void)pthread_join(other, NULL);
	completion_init(&completion);
	completion_finish(&completion, -5);
	assert_int_equal(completion_wait(&completion), -5);
}

/* --- memory, clock, checks, log ------------------------------------------- */

static void
memory_is_zeroed_copied_and_kept_when_it_grows(void **state)
{
	char *zeroes = memory_zalloc(100), *text = memory_strdup("some text");
	uint32_t *numbers = memory_alloc(2 * sizeof(*numbers));
	size_t i;

	for (i = 0; i < 100; i++)
		assert_int_equal(zeroes[i], 0);
	assert_string_equal(text, "some text");
	numbers[0] = 1;
	numbers[1] = 2;
	numbers = memory_resize(numbers, 5000, sizeof(*numbers));
	assert_int_equal(numbers[0], 1);
	assert_int_equal(numbers[1], 2);
	free(numbers);
	free(text);
	free(zeroes);
}

static void
the_monotonic_clock_never_goes_back(void **state)
{
	int64_t last = clock_monotonic(), now;
	int i;

	for (i = 0; i < 100000; i++, last = now) {
		now = clock_monotonic();
		assert_true(now >= last);
	}
	/* After 2020, before 2200: nanoseconds, not something else. */
	assert_in_range(clock_realtime() / NS_PER_SEC, 1577836800, 7258118400);
}

static void
find_a_bug(void)
{
	ASSERT(1 + 1 == 3);
}

static void
find_no_bug(void)
{
	ASSERT(1 + 1 == 2);
}

static void
a_bug_found_ends_the_process(void **state)
{
	assert_int_equal(death_of(find_no_bug), 0);
	assert_int_equal(death_of(find_a_bug), SIGABRT);
}

static void
a_text_from_outside_cannot_forge_a_line_of_the_log(void **state)
{
	const char *text;

	log_keep();
	log_info("core", "%s", "one\nforged\x1b[31m");
	log_debug("core", "below the level");
	text = log_kept();
	assert_non_null(strstr(text, " info core: one\\x0aforged\\x1b[31m\n"));
	assert_ptr_equal(strchr(text, '\n'), strrchr(text, '\n'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_object_given_back_is_used_again),
	    cmocka_unit_test(
		the_magic_number_can_be_read_after_the_object_was_freed),
	    cmocka_unit_test(a_slab_knows_its_objects_from_other_addresses),
	    cmocka_unit_test(
		many_objects_never_overlap_and_each_is_visited_once),
	    cmocka_unit_test(threads_never_get_the_same_object),
	    cmocka_unit_test(
		locks_are_taken_in_rising_rank_and_left_in_any_order),
#ifdef NETINST_DEBUG
	    cmocka_unit_test(a_lock_taken_against_the_order_ends_the_process),
#endif
	    cmocka_unit_test(
		a_foreign_lock_refuses_a_second_entry_of_its_holder),
	    cmocka_unit_test(a_foreign_lock_keeps_other_threads_out),
#ifndef __SANITIZE_THREAD__
	    cmocka_unit_test(only_its_holder_leaves_a_foreign_lock),
#endif
	    cmocka_unit_test(a_cancellation_waits_for_the_completion),
	    cmocka_unit_test(a_wait_ends_at_its_deadline_and_not_before),
	    cmocka_unit_test(
		a_completion_gives_the_result_to_the_one_who_waits),
	    cmocka_unit_test(memory_is_zeroed_copied_and_kept_when_it_grows),
	    cmocka_unit_test(the_monotonic_clock_never_goes_back),
	    cmocka_unit_test(a_bug_found_ends_the_process),
	    cmocka_unit_test(
		a_text_from_outside_cannot_forge_a_line_of_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
