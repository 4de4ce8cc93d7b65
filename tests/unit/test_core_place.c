/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_place.c: callbacks that are made in the place of their instance,
 * and those in between that are not. The place is one of the test's own: to be
 * there is a mark on the thread.
 */
#include "core/place.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <netinst/netinst.h>

#include "base/check.h"
#include "core_fixture.h"
#include "kstat_fixture.h"

/* --- a place -------------------------------------------------------------- */

struct mark_place {
	struct place place;
	_Atomic unsigned entered, released;
	_Atomic int refusal; /* of enter() */
};

static struct mark_place place;
static _Atomic unsigned left;	/* times that leave() worked */
static _Atomic int way_blocked; /* what leave() returns */
static _Thread_local struct place *mark;

static int
mark_enter(struct place *wanted)
{
	ASSERT(mark == NULL && wanted == &place.place);
	if (atomic_load(&place.refusal) != 0)
		return atomic_load(&place.refusal);
	mark = wanted;
	(void)atomic_fetch_add(&place.entered, 1);
	return 0;
}

static int
mark_leave(void)
{
	ASSERT(mark != NULL);
	if (atomic_load(&way_blocked) != 0)
		return atomic_load(&way_blocked);
	mark = NULL;
	(void)atomic_fetch_add(&left, 1);
	return 0;
}

static int
mark_open(struct place *wanted)
{
	ASSERT(wanted == &place.place);
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
mark_release(struct place *released)
{
	ASSERT(released == &place.place);
	(void)atomic_fetch_add(&place.released, 1);
}

static const struct place_ops mark_ops = {
    mark_enter, mark_leave, mark_open, mark_release};

static int
place_setup(void **state)
{
	int error = core_setup_serial(state);

	place = (struct mark_place){.place.ops = &mark_ops};
	atomic_store(&left, 0);
	atomic_store(&way_blocked, 0);
	if (error == 0)
		owner_set_inside(core_owner);
	return error;
}

#define PLACE_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(test, place_setup, core_teardown)

static netid_t
add_with_place(const char *name)
{
	static const char *const protocols[] = {NHF_INET};
	const struct instance_config config = {
	    .name = name,
	    .source = "sim",
	    .place = &place.place,
	    .protocols = protocols,
	    .protocol_count = 1,
	};
	struct instance *instance;
	struct answer answer;
	netid_t id;

	answer_init(&answer);
	assert_int_equal(
	    instance_create(&config, &instance, answer_done, &answer), 0);
	assert_int_equal(answer_wait(&answer), 0);
	id = instance_id(instance);
	assert_ptr_equal(instance_place(instance), &place.place);
	instance_release(instance);
	return id;
}

static void
write_where(void)
{
	ASSERT(place_is_inside() == (mark != NULL));
	diary_write(place_is_inside() ? "inside" : "home");
}

static void
write_where_of(netid_t id)
{
	(void)id;
	write_where();
}

static void
write_where_notified(
    netid_t id, hook_notify_cmd_t command, const char *protocol)
{
	(void)id;
	(void)command;
	(void)protocol;
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
	(void)arg;
	return atomic_load(&place.released) == 1;
}

/* --- where callbacks are made --------------------------------------------- */

static void
all_callbacks_of_who_asks_for_it_are_made_inside(void **state)
{
	(void)state;
	let_it_write(A);
	assert_int_equal(enter_with_notify(A), 0);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) inside a.notify(1 +inet) inside");
	assert_int_equal(destroy(1), 0);
	assert_diary("a.notify(1 -inet) inside a.shutdown(1) inside "
		     "a.destroy(1) inside");
	assert_int_equal(place.entered, 5);
	assert_int_equal(left, 5);
	wait_until(place_is_released, NULL);
}

static void
on_an_instance_without_a_place_they_are_made_at_home(void **state)
{
	(void)state;
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
	(void)state;
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
	(void)state;
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
	assert_int_equal(place.entered, left);
	retire(other);
	owner_release(other);
}

static int
update_where(kstat_t *kstat, int rw)
{
	(void)kstat;
	(void)rw;
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

	(void)state;
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
	(void)id;
	(void)arg;
	diary_write("timeout");
	write_where();
	gate_pass(&gate);
}

static void
timeouts_come_inside(void **state)
{
	(void)state;
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
	(void)state;
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

	(void)arg;
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
	atomic_store(&way_blocked, -EPERM);
}

static void
write_whether_lost(netid_t id)
{
	(void)id;
	write_where();
	diary_write(gettid() == lost_thread ? "lost" : "found");
}

static void
a_worker_that_cannot_get_back_is_replaced(void **state)
{
	const char *logged;

	(void)state;
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
	atomic_store(&way_blocked, 0);
	assert_int_equal(shut_down(1), 0);
	assert_diary("b.shutdown(1) home found a.shutdown(1) inside found");
	assert_int_equal(retired(), 1);
	retire(other);
	owner_release(other);
}

/* --- what callbacks ask --------------------------------------------------- */

static void
write_whether_inside(netid_t id)
{
	(void)id;
	diary_write("%d", net_instance_inside());
}

static void
a_callback_can_ask_whether_it_is_inside(void **state)
{
	(void)state;
	A->on_create = write_whether_inside;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_with_place("one");
	atomic_store(&place.refusal, -ESTALE);
	assert_int_equal(net_instance_inside(), 0);
	assert_int_equal(enter(C), DDI_SUCCESS);
	assert_diary("a.create(0) 0 a.create(1) 1 c.create(0) c.create(1)");
}

static int first_opened, last_opened;

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

static void
open_two(netid_t id)
{
	if (id != 1)
		return;
	first_opened = net_instance_open(1);
	ASSERT(first_opened >= 0);
	ASSERT(fcntl(first_opened, F_GETFD) == FD_CLOEXEC);
	/* In between, a callback of its own; it closes what it opened. */
	assert_int_equal(enter(B), DDI_SUCCESS);
	ASSERT(!is_open(last_opened));
	ASSERT(is_open(first_opened));
	last_opened = net_instance_open(1);
	ASSERT(last_opened >= 0 && last_opened != first_opened);
}

static void
open_another(netid_t id)
{
	if (id == 1)
		last_opened = net_instance_open(1);
}

static void
descriptors_are_closed_when_their_callback_returns(void **state)
{
	(void)state;
	A->on_create = open_two;
	B->on_create = open_another;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)add_with_place("one");
	assert_false(is_open(first_opened));
	assert_false(is_open(last_opened));
	assert_true(owner_opened(core_owner) == 3);
}

static void
close_what_was_opened(netid_t id)
{
	int fd;

	if (id != 1)
		return;
	fd = net_instance_open(1);
	(void)close(fd);
	/* Whoever gets the number next keeps it. */
	first_opened = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT(first_opened == fd);
}

static void
a_number_that_is_somebody_else_s_by_then_is_not_closed(void **state)
{
	(void)state;
	A->on_create = close_what_was_opened;
	assert_int_equal(enter(A), DDI_SUCCESS);
	log_keep();
	(void)add_with_place("one");
	assert_non_null(
	    strstr(log_kept(), "tester has closed a descriptor of"));
	assert_true(is_open(first_opened));
	assert_int_equal(close(first_opened), 0);
}

static void
open_in_vain(netid_t id)
{
	if (id != 1)
		return;
	assert_int_equal(net_instance_open(0), -1);
	assert_int_equal(errno, ENOTSUP);
	assert_int_equal(net_instance_open(99), -1);
	assert_int_equal(errno, ENOENT);
	diary_write("in vain");
}

static void
without_a_callback_or_a_place_there_is_no_descriptor(void **state)
{
	(void)state;
	assert_int_equal(net_instance_open(0), -1);
	assert_int_equal(errno, EPERM);
	A->on_create = open_in_vain;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) in vain");
}

static void
open_too_many(netid_t id)
{
	unsigned count = 0;

	if (id != 1)
		return;
	while (net_instance_open(1) >= 0)
		count++;
	diary_write("%u %s", count, strerrorname_np(errno));
}

static void
descriptors_of_one_callback_are_bounded(void **state)
{
	struct rlimit limit, before;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = 2 * DESCRIPTORS_MAX;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	A->on_create = open_too_many;
	assert_int_equal(enter(A), DDI_SUCCESS);
	(void)diary_take();
	(void)add_with_place("one");
	assert_diary("a.create(1) 1024 EMFILE");
	(void)add_instance("two", NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* --- the end of a place --------------------------------------------------- */

static void
a_place_stays_with_its_giver_when_there_is_an_error(void **state)
{
	const struct instance_config config = {
	    .name = "global", .source = "sim", .place = &place.place};

	(void)state;
	assert_int_equal(instance_create(&config, NULL, NULL, NULL), -EEXIST);
	assert_int_equal(place.released, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PLACE_TEST(all_callbacks_of_who_asks_for_it_are_made_inside),
	    PLACE_TEST(on_an_instance_without_a_place_they_are_made_at_home),
	    PLACE_TEST(those_of_others_are_made_at_home),
	    PLACE_TEST(nested_callbacks_are_made_where_they_belong),
	    PLACE_TEST(kstats_are_updated_inside),
	    PLACE_TEST(timeouts_come_inside),
	    PLACE_TEST(who_cannot_get_there_is_called_at_home),
	    PLACE_TEST(a_worker_that_cannot_get_back_is_replaced),
	    PLACE_TEST(a_callback_can_ask_whether_it_is_inside),
	    PLACE_TEST(descriptors_are_closed_when_their_callback_returns),
	    PLACE_TEST(a_number_that_is_somebody_else_s_by_then_is_not_closed),
	    PLACE_TEST(without_a_callback_or_a_place_there_is_no_descriptor),
	    PLACE_TEST(descriptors_of_one_callback_are_bounded),
	    PLACE_TEST(a_place_stays_with_its_giver_when_there_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
