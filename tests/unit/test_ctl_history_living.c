/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ctl_history_living.c: what waits to be stored of the namespaces that
 * live, while the store fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "history/history_living.h"

static int
setup(void **state)
{
	(void)state;
	history_living_start(true);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	history_living_stop();
	return 0;
}

static void
begin(uint64_t id)
{
	struct living *living = living_create(history_boot(), id);
	size_t size;

	living->names = memory_strdup("blue");
	living->text = memory_strdup("{");
	free(history_living_begin(living, &size));
}

static unsigned
count_waiting(void)
{
	struct living_list list;
	struct living *living;
	unsigned count = 0;

	history_living_take(&list);
	STAILQ_FOREACH(living, &list, link)
	count++;
	/* That could not be stored. */
	history_living_give_back(&list);
	return count;
}

static void
of_each_namespace_one_change_waits(void **state)
{
	(void)state;
	begin(1);
	begin(2);
	begin(1);
	begin(1);
	assert_int_equal(count_waiting(), 2);
}

static void
of_those_that_have_ended_none_waits(void **state)
{
	uint64_t id;

	(void)state;
	begin(1);
	for (id = 2; id < 100; id++) {
		begin(id);
		(void)history_living_end(id, NULL, 0);
		history_living_gone(id);
	}
	assert_int_equal(count_waiting(), 1);
}

/* What a life is given. */
static const char *
given(uint64_t id)
{
	static char text[64];
	struct living *living = living_create(history_boot(), id);
	size_t size = 0;
	char *before;

	living->names = memory_strdup("blue");
	living->text = memory_strdup("{");
	before = history_living_begin(living, &size);
	(void)snprintf(text, sizeof(text), "%.*s", (int)size,
	    before != NULL ? before : "");
	free(before);
	return text;
}

static void
load_one(uint64_t id, const char *before)
{
	struct living *living = living_create(history_boot(), id);
	struct living_list list = STAILQ_HEAD_INITIALIZER(list);

	living->names = memory_strdup("blue");
	living->text = memory_strdup("{");
	living->before = memory_strdup(before);
	living->before_size = strlen(before);
	STAILQ_INSERT_TAIL(&list, living, link);
	history_living_load(&list);
}

static void
what_is_not_loaded_yet_is_not_known(void **state)
{
	(void)state;
	assert_string_equal(given(1), "unknown");
	(void)history_living_end(1, "udp out 5", 9);
	/* Its next life goes on where that one was. */
	assert_string_equal(given(1), "udp out 5");
	assert_false(history_living_end(1, NULL, 0));
	assert_string_equal(given(2), "unknown");
	load_one(2, "udp out 3");
	assert_string_equal(given(3), "");
	/* Nothing was left by the one that began before. */
	assert_false(history_living_end(2, NULL, 0));
	assert_string_equal(given(2), "udp out 3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		of_each_namespace_one_change_waits, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		of_those_that_have_ended_none_waits, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_is_not_loaded_yet_is_not_known, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
