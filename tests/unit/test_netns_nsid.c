/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_nsid.c: the ends of real namespaces, as they are told once each,
 * and the nsids that stand for them, also where one is used again, runs out, or
 * is home's own.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/interface.h"
#include "link_fixture.h"
#include "source/netns_kernel.h"
#include "source/netns_nsid.h"

#define A_SPACE (&spaces[0])

/* ends -------------------------------------------------------------------- */

/* Descriptors of this process on network namespaces. */
static unsigned
count_pins(void)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;
	unsigned count = 0;
	char target[64];
	ssize_t length;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		length = readlinkat(dirfd(directory), entry->d_name, target,
		    sizeof(target) - 1);
		if (length > 4 && strncmp(target, "net:", 4) == 0)
			count++;
	}
	(void)closedir(directory);
	return count;
}

static bool
has_one_link(const void *arg)
{
	const struct space *space = arg;

	return interface_count(space->instance) == 1;
}

static void
an_end_is_told_and_nothing_was_kept(void **state)
{
	int nsid = A_SPACE->nsid;
	unsigned pins;

	(void)state;
	space_run(A_SPACE,
	    "ip link add v0 type veth peer name v1 netns %d && "
	    "ip addr add 10.0.0.1/24 dev v0 && ip link set v0 up",
	    (int)getpid());
	assert_shown(A_SPACE);
	pins = count_pins();
	space_end(A_SPACE);
	assert_int_equal(count_pins(), pins - 1);
	assert_becomes(&link_told.gone, 1);
	assert_int_equal(link_told.last_gone, nsid);
	assert_true(turn_until(has_one_link, &home));
	assert_shown(&home);
	netns_link_detach(link_tested, A_SPACE->instance);
	assert_int_equal(
	    netns_link_attach(link_tested, nsid, A_SPACE->instance), -ENOENT);
}

static void
an_nsid_that_another_one_has_is_told_gone_first(void **state)
{
	struct space other = {.pid = 0};
	struct netns_request request;
	int nsid = A_SPACE->nsid, given;

	(void)state;
	assert_int_equal(netns_request_open(&request), 0);
	assert_shown(A_SPACE);
	space_end(A_SPACE);
	space_begin(&other);
	/* As soon as the kernel lets go of it. */
	while ((given = netns_nsid_give(&request, other.fd, nsid)) == -EEXIST)
		(void)usleep(1000);
	assert_int_equal(given, nsid);
	assert_int_equal(link_told.gone, 0);
	assert_int_equal(netns_link_assign(link_tested, other.fd), nsid);
	assert_int_equal(link_told.gone, 1);
	assert_int_equal(link_told.last_gone, nsid);
	assert_shown(&home);
	assert_int_equal(link_told.gone, 1);
	assert_int_equal(netns_link_assign(link_tested, other.fd), nsid);
	assert_int_equal(link_told.gone, 1);
	space_end(&other);
	assert_becomes(&link_told.gone, 2);
	assert_int_equal(link_told.last_gone, nsid);
	netns_request_close(&request);
}

static void
a_namespace_keeps_its_nsid(void **state)
{
	struct space other = {.pid = 0};
	struct netns_request request;

	(void)state;
	assert_int_equal(
	    netns_link_assign(link_tested, A_SPACE->fd), A_SPACE->nsid);
	assert_int_equal(netns_link_assign(link_tested, home.fd), -EINVAL);
	assert_int_equal(netns_request_open(&request), 0);
	space_begin(&other);
	assert_int_equal(netns_nsid_get(&request, other.fd), -ENOENT);
	assert_int_equal(netns_nsid_give(&request, other.fd, 4711), 4711);
	assert_int_equal(netns_link_assign(link_tested, other.fd), 4711);
	space_end(&other);
	assert_becomes(&link_told.gone, 1);
	netns_request_close(&request);
}

static void
nsids_do_not_run_out(void **state)
{
	struct space highest = {.pid = 0}, other = {.pid = 0};
	struct netns_request request;

	(void)state;
	assert_int_equal(netns_request_open(&request), 0);
	space_begin(&highest);
	assert_int_equal(
	    netns_nsid_give(&request, highest.fd, INT_MAX - 1), INT_MAX - 1);
	netns_link_stop(link_tested);
	link_start();
	space_begin(&other);
	other.nsid = netns_link_assign(link_tested, other.fd);
	assert_true(other.nsid >= 0);
	assert_int_equal(netns_nsid_get(&request, other.fd), other.nsid);
	space_end(&other);
	assert_becomes(&link_told.gone, 1);
	space_end(&highest);
	netns_request_close(&request);
}

/* home -------------------------------------------------------------------- */

static void
home_is_shown_also_with_an_nsid_of_its_own(void **state)
{
	struct netns_request request;

	(void)state;
	space_run(&home, "ip link add h0 type bridge");
	assert_shown(&home);
	assert_int_equal(netns_request_open(&request), 0);
	if (netns_nsid_of_home(&request) < 0)
		assert_int_equal(
		    netns_nsid_give(&request, home.fd, 1234), 1234);
	space_run(&home, "ip addr add 10.9.9.9/24 dev h0 && ip link set h0 up");
	assert_shown(&home);
	space_run(&home, "ip link del h0");
	assert_shown(&home);
	netns_request_close(&request);
}

static void
without_the_feature_only_home_is_shown(void **state)
{
	struct space other = {.pid = 0};

	(void)state;
	netns_link_stop(link_tested);
	netns_features_probe(1u << NETNS_NSID);
	link_start();
	space_begin(&other);
	assert_int_equal(netns_link_assign(link_tested, other.fd), -EPERM);
	space_end(&other);
	space_attach(&home);
	space_run(&home, "ip link add h1 type bridge");
	assert_shown(&home);
	space_run(&home, "ip link del h1");
	assert_shown(&home);
	netns_features_probe(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LINK_TEST(an_end_is_told_and_nothing_was_kept),
	    LINK_TEST(an_nsid_that_another_one_has_is_told_gone_first),
	    LINK_TEST(a_namespace_keeps_its_nsid),
	    LINK_TEST(nsids_do_not_run_out),
	    LINK_TEST(home_is_shown_also_with_an_nsid_of_its_own),
	    LINK_TEST(without_the_feature_only_home_is_shown),
	};

	return cmocka_run_group_tests(tests, link_group_setup, NULL);
}
