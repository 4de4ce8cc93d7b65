/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_exec_context.c: callbacks that are made in the context of
 * their instance, and those in between that are not.
 */
#include "core/callback/exec_context_impl.h"

#include <netinst/netinst.h>

#include "kstat_fixture.h"
#include "mark.h"

static void
write_where(void)
{
	ASSERT(exec_context_is_inside() == (mark != NULL));
	diary_write(exec_context_is_inside() ? "inside" : "home");
}

static void
write_where_of(netid_t id)
{
	write_where();
}

static void
write_where_notified(
    netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	write_where();
}

static void
let_it_write(struct actor *actor)
{
	actor->on_create = actor->on_shutdown = actor->on_destroy =
	    write_where_of;
	actor->on_notify = write_where_notified;
}

/* Once the strand has let go of the instance. */
static bool
place_is_released(void *arg)
{
	return atomic_load(&place.released) == 1;
}

/* --- where callbacks are made --------------------------------------------- */

static void
all_callbacks_of_who_asks_for_it_are_made_inside(void **state)
{
	let_it_write(A);
	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) inside a.notify(1 +inet) inside");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.notify(1 -inet) inside a.shutdown(1) inside "
		     "a.destroy(1) inside");
	assert_int_equal(place.entered, 5);
	assert_int_equal(place.left, 5);
	wait_until(place_is_released, NULL);
}

static void
on_an_instance_without_a_place_they_are_made_at_home(void **state)
{
	let_it_write(A);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_diary("a.create(0) home");
	(void)add_instance("one", NULL);
	assert_diary("a.create(1) home");
	assert_int_equal(place.entered, 0);
}

/* Callbacks of an owner that did not ask for it. */
static struct owner *other;

static int
register_for_other(struct actor *actor)
{
	struct owner *before = owner_enter(other);
	int result = net_instance_register(&actor->callbacks);

	owner_leave(before);
	return result;
}

static void
those_of_others_are_made_at_home(void **state)
{
	other = owner_create("other");
	let_it_write(A);
	let_it_write(B);
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(register_for_other(B), DDI_SUCCESS);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) inside b.create(1) home");
	assert_int_equal(shut_down(1), 0);
	assert_diary("b.shutdown(1) home a.shutdown(1) inside");
	retire(other);
	owner_release(other);
}

static void
register_b(netid_t id)
{
	write_where();
	if (id == 1)
		assert_int_equal(register_for_other(B), DDI_SUCCESS);
	write_where();
}

static void
register_c_for_the_tester(netid_t id)
{
	struct owner *before;

	write_where();
	if (id == 1) {
		before = owner_enter(core_owner);
		assert_int_equal(enter(C), DDI_SUCCESS);
		owner_leave(before);
	}
	write_where();
}

static void
nested_callbacks_are_made_where_they_belong(void **state)
{
	other = owner_create("other");
	let_it_write(C);
	A->on_create = register_b;
	B->on_create = register_c_for_the_tester;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_with_place("one");
	assert_non_null(strstr(diary_take(),
	    "a.create(1) inside b.create(1) home c.create(1) inside home "
	    "inside"));
	assert_int_equal(place.entered, place.left);
	retire(other);
	owner_release(other);
}

static int
update_where(kstat_t *kstat, int rw)
{
	diary_write("update");
	write_where();
	return 0;
}

static kstat_t *kstat;

static void
make_kstat(netid_t id)
{
	if (id != 1)
		return;
	kstat = net_kstat_create(
	    1, "test", 0, "where", "misc", KSTAT_TYPE_NAMED, 1, 0);
	kstat->ks_update = update_where;
	kstat_install(kstat);
}

static void
delete_kstat(netid_t id)
{
	if (id == 1)
		net_kstat_delete(1, kstat);
}

static void
kstats_are_updated_inside(void **state)
{
	struct kstat_batch batch;

	A->on_create = make_kstat;
	A->on_shutdown = delete_kstat;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_with_place("one");
	(void)diary_take();
	kstat_read_from(1, 0, 10, &batch);
	assert_diary("update inside");
	kstat_batch_free(&batch);
}

static struct gate gate;

static void
write_where_and_pass(netid_t id, void *arg)
{
	diary_write("timeout");
	write_where();
	gate_pass(&gate);
}

static void
timeouts_come_inside(void **state)
{
	gate_init(&gate);
	gate_open(&gate);
	(void)add_with_place("one");
	(void)diary_take();
	assert_int_not_equal(net_timeout(1, 0, write_where_and_pass, NULL), 0);
	gate_wait(&gate, 1);
	assert_diary("timeout inside");
}

/* --- ways that are blocked ------------------------------------------------ */

static void
who_cannot_get_there_is_called_at_home(void **state)
{
	let_it_write(A);
	atomic_store(&place.refusal, -ESTALE);
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) home");
	atomic_store(&place.refusal, 0);
	assert_int_equal(shut_down(1), 0);
	assert_diary("a.shutdown(1) inside");
}

static unsigned
retired(void)
{
	struct core_status status;

	core_read_status(&status);
	return status.workers_retired;
}

static bool
worker_is_back(void *arg)
{
	struct core_status status;

	core_read_status(&status);
	return status.workers == 1 && status.workers_retired == 1;
}

static pid_t lost_thread;

static void
block_the_way_back(netid_t id)
{
	write_where();
	if (id != 1)
		return;
	lost_thread = gettid();
	atomic_store(&place.way_blocked, -EPERM);
}

static void
write_whether_lost(netid_t id)
{
	write_where();
	diary_write(gettid() == lost_thread ? "lost" : "found");
}

static void
a_worker_that_cannot_get_back_is_replaced(void **state)
{
	const char *logged;

	other = owner_create("other");
	A->on_create = block_the_way_back;
	A->on_shutdown = write_whether_lost;
	B->on_create = B->on_shutdown = write_whether_lost;
	assert_int_equal(enter(A), DDI_SUCCESS);
	assert_int_equal(register_for_other(B), DDI_SUCCESS);
	(void)diary_take();
	log_keep();
	(void)add_with_place("one");
	logged = log_kept();
	/* The rest of the job is done where the thread is now. */
	assert_diary("a.create(1) inside b.create(1) inside lost");
	assert_non_null(strstr(logged, "cannot get back"));
	assert_null(strstr(strstr(logged, "cannot get back") + 1, "cannot"));
	wait_until(worker_is_back, NULL);
	atomic_store(&place.way_blocked, 0);
	assert_int_equal(shut_down(1), 0);
	assert_diary("b.shutdown(1) home found a.shutdown(1) inside found");
	assert_int_equal(retired(), 1);
	retire(other);
	owner_release(other);
}

/* --- the end of a place --------------------------------------------------- */

static void
a_place_stays_with_its_giver_when_there_is_an_error(void **state)
{
	const struct instance_config config = {
	    .name = "global", .source = "sim", .exec_context = &place.context};

	assert_int_equal(instance_create(&config, NULL, NULL, NULL), -EEXIST);
	assert_int_equal(place.released, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARK_TEST(all_callbacks_of_who_asks_for_it_are_made_inside),
	    MARK_TEST(on_an_instance_without_a_place_they_are_made_at_home),
	    MARK_TEST(those_of_others_are_made_at_home),
	    MARK_TEST(nested_callbacks_are_made_where_they_belong),
	    MARK_TEST(kstats_are_updated_inside),
	    MARK_TEST(timeouts_come_inside),
	    MARK_TEST(who_cannot_get_there_is_called_at_home),
	    MARK_TEST(a_worker_that_cannot_get_back_is_replaced),
	    MARK_TEST(a_place_stays_with_its_giver_when_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
