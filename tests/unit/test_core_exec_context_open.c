/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_exec_context_open.c: what callbacks ask of the place of an
 * instance: whether they are there, and descriptors of it.
 */
#include <sys/resource.h>

#include <netinst/netinst.h>

#include "mark.h"

static void
write_whether_inside(netid_t id)
{
	diary_write("%d", net_instance_inside());
}

static void
a_callback_can_ask_whether_it_is_inside(void **state)
{
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
	A->on_create = close_what_was_opened;
	assert_int_equal(enter(A), DDI_SUCCESS);
	log_keep();
	(void)add_with_place("one");
	assert_non_null(
	    strstr(log_kept(), "tester: it has closed a descriptor of"));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MARK_TEST(a_callback_can_ask_whether_it_is_inside),
	    MARK_TEST(descriptors_are_closed_when_their_callback_returns),
	    MARK_TEST(a_number_that_is_somebody_else_s_by_then_is_not_closed),
	    MARK_TEST(without_a_callback_or_a_place_there_is_no_descriptor),
	    MARK_TEST(descriptors_of_one_callback_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
