/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_final_snapshot.c: the last values of kstats whose instance goes
 * down, and in which order they are told.
 */
#include "core/kstat/final_snapshot.h"

#include <netinst/netinst.h>

#include "core_fixture.h"

static void
write_gone(
    void *arg, struct instance *instance, const struct kstat_snapshot *last)
{
	ASSERT(arg == &core_owner);
	lock_assert_none_held();
	if (last->error != 0)
		diary_write("%s=error%d", last->name, last->error);
	else
		diary_write("%s@%d=%llu", last->name,
		    (int)instance_id(instance),
		    (unsigned long long)last->named[0].value.ui64);
}

static void
write_down(void *arg, struct instance *instance)
{
	lock_assert_none_held();
	ASSERT(instance_state(instance) < INSTANCE_DOWN);
	diary_write("down@%d", (int)instance_id(instance));
}

static const struct final_listener final_listener = {
    .kstat_gone = write_gone,
    .instance_down = write_down,
    .arg = &core_owner,
    .class = "net",
};

static int
final_setup(void **state)
{
	core_set_final_listener(&final_listener);
	return core_setup(state);
}

static int
final_teardown(void **state)
{
	int error = core_teardown(state);

	core_set_final_listener(NULL);
	return error;
}

#define FAREWELL_TEST(test)                                                    \
	cmocka_unit_test_setup_teardown(test, final_setup, final_teardown)

static kstat_t *kstat;

static kstat_t *
make(netid_t id, const char *name, const char *class, uchar_t flags)
{
	kstat_t *made = net_kstat_create(
	    id, "test", 0, name, class, KSTAT_TYPE_NAMED, 1, flags);

	ASSERT(made != NULL);
	if ((flags & KSTAT_FLAG_VIRTUAL) == 0)
		kstat_named_init(made->ks_data, "n", KSTAT_DATA_UINT64);
	return made;
}

static void
count_to(kstat_t *of, uint64_t value)
{
	((kstat_named_t *)of->ks_data)->value.ui64 = value;
}

static void
make_counter(netid_t id)
{
	if (id != 1)
		return;
	kstat = make(id, "counter", "net", 0);
	kstat_install(kstat);
	count_to(kstat, 7);
}

static void
delete_it(netid_t id)
{
	if (id == 1)
		net_kstat_delete(id, kstat);
}

static void
count_on_and_delete_it(netid_t id)
{
	if (id != 1)
		return;
	count_to(kstat, 42);
	net_kstat_delete(id, kstat);
	diary_write("deleted");
}

static void
what_a_shutdown_deletes_is_told_as_it_last_was(void **state)
{
	A->on_create = make_counter;
	A->on_shutdown = count_on_and_delete_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.shutdown(1) counter@1=42 deleted down@1");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.destroy(1)");
}

static void
what_is_left_is_told_before_the_instance_is_down(void **state)
{
	A->on_create = make_counter;
	A->on_destroy = delete_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(destroy(1), 0);
	assert_diary("a.shutdown(1) counter@1=7 down@1 a.destroy(1)");
}

static void
what_goes_while_the_instance_lives_is_not_told(void **state)
{
	(void)add_instance("one", NULL);
	make_counter(1);
	delete_it(1);
	assert_int_equal(shut_down(1), 0);
	assert_diary("down@1");
}

static void
make_many(netid_t id)
{
	if (id != 1)
		return;
	kstat_install(make(id, "misc", "misc", 0));
	kstat_install(make(id, "first", "net", 0));
	(void)make(id, "closed", "net", 0);
	kstat_install(make(id, "second", "net", 0));
	kstat_install(make(id, "longer", "network", 0));
}

static void
only_installed_ones_of_the_class_are_told_in_order(void **state)
{
	A->on_create = make_many;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.shutdown(1) first@1=0 second@1=0 down@1");
}

/* --- with plugin code ----------------------------------------------------- */

static int
update_to_nine(kstat_t *updated, int rw)
{
	ASSERT(rw == KSTAT_READ);
	count_to(updated, 9);
	return 0;
}

static int
fail_to_update(kstat_t *updated, int rw)
{
	return EIO;
}

static int
delete_in_update(kstat_t *updated, int rw)
{
	count_to(updated, 11);
	net_kstat_delete(1, updated);
	return 0;
}

static int (*update)(kstat_t *kstat, int rw);

static void
make_updated(netid_t id)
{
	if (id != 1)
		return;
	kstat = make(id, "updated", "net", 0);
	kstat->ks_update = update;
	/* Nothing is deleted under its own lock. */
	if (update == delete_in_update)
		kstat->ks_lock = NULL;
	kstat_install(kstat);
}

static void
assert_told(int (*function)(kstat_t *, int), void (*in_shutdown)(netid_t),
    const char *words)
{
	update = function;
	A->on_create = make_updated;
	A->on_shutdown = in_shutdown;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary(words);
}

static void
one_with_an_update_is_updated_first(void **state)
{
	assert_told(
	    update_to_nine, delete_it, "a.shutdown(1) updated@1=9 down@1");
}

static void
one_that_is_left_is_updated_first_too(void **state)
{
	assert_told(update_to_nine, NULL, "a.shutdown(1) updated@1=9 down@1");
}

static void
the_error_of_an_update_is_told(void **state)
{
	assert_told(
	    fail_to_update, delete_it, "a.shutdown(1) updated=error5 down@1");
}

static void
one_that_goes_in_its_update_is_told_once(void **state)
{
	assert_told(
	    delete_in_update, delete_it, "a.shutdown(1) updated@1=11 down@1");
	assert_int_equal(destroy(1), 0);
}

static void
make_persistent(netid_t id)
{
	if (id != 1)
		return;
	kstat = make(id, "kept", "net", KSTAT_FLAG_PERSISTENT);
	kstat->ks_update = update_to_nine;
	kstat_install(kstat);
}

static void
a_persistent_one_is_told_once_at_the_end(void **state)
{
	A->on_create = make_persistent;
	A->on_shutdown = delete_it;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_instance("one", NULL);
	(void)diary_take();
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.shutdown(1) kept@1=9 down@1");
}

/* B leaves in A's shutdown, and leaves something behind. */
static kstat_named_t of_b;

static void
make_two(netid_t id)
{
	kstat_t *made;

	kstat_install(make(id, "own", "net", 0));
	made = make(id, "virtual", "net", KSTAT_FLAG_VIRTUAL);
	kstat_named_init(&of_b, "n", KSTAT_DATA_UINT64);
	made->ks_data = &of_b;
	kstat_install(made);
}

static void
unregister_b(netid_t id)
{
	assert_int_equal(leave(B), DDI_SUCCESS);
}

/* Its destroy comes at once where there is no other instance to wait for. */
static void
of_a_plugin_that_has_left_only_the_framework_s_memory_is_read(void **state)
{
	struct owner *other = owner_create("other"), *before;

	B->on_create = make_two;
	A->on_shutdown = unregister_b;
	before = owner_enter(other);
	assert_int_equal(enter(B), DDI_SUCCESS);
	assert_int_equal(enter(A), DDI_SUCCESS);
	owner_leave(before);
	(void)diary_take();
	core_end();
	assert_diary("a.shutdown(0) b.shutdown(0) b.destroy(0) own@0=0 down@0 "
		     "a.destroy(0)");
	retire(other);
	owner_release(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAREWELL_TEST(what_a_shutdown_deletes_is_told_as_it_last_was),
	    FAREWELL_TEST(what_is_left_is_told_before_the_instance_is_down),
	    FAREWELL_TEST(what_goes_while_the_instance_lives_is_not_told),
	    FAREWELL_TEST(only_installed_ones_of_the_class_are_told_in_order),
	    FAREWELL_TEST(one_with_an_update_is_updated_first),
	    FAREWELL_TEST(one_that_is_left_is_updated_first_too),
	    FAREWELL_TEST(the_error_of_an_update_is_told),
	    FAREWELL_TEST(one_that_goes_in_its_update_is_told_once),
	    FAREWELL_TEST(a_persistent_one_is_told_once_at_the_end),
	    FAREWELL_TEST(
		of_a_plugin_that_has_left_only_the_framework_s_memory_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
