/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ctl_history_living.c: what waits to be stored of the namespaces that
 * live, while the store fails.
 */
#include "base/memory.h"
#include "history/history_living.h"
#include "history/history_record.h"
#include "test.h"

static void
add(struct history_record *record)
{
	history_record_free(record);
}

static void
wake(void)
{
}

static int
setup(void **state)
{
	history_living_start(true, add, wake);
	return 0;
}

static int
teardown(void **state)
{
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
	STAILQ_FOREACH (living, &list, link)
		count++;
	/* That could not be stored. */
	history_living_give_back(&list);
	return count;
}

static void
of_each_namespace_one_change_waits(void **state)
{
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

	begin(1);
	for (id = 2; id < 100; id++) {
		begin(id);
		(void)history_living_end(id, NULL, 0);
		history_living_gone(id);
	}
	assert_int_equal(count_waiting(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		of_each_namespace_one_change_waits, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		of_those_that_have_ended_none_waits, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
