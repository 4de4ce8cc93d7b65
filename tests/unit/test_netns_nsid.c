/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_nsid.c: the ends of real namespaces, as they are told once each,
 * and the nsids that stand for them, also where one is used again or runs out;
 * and that home's own numbers are left alone.
 */
#include <dirent.h>
#include <limits.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "core/interface/interface.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/kernel/netns_nsid.h"
#include "source/netns/link/netns_link_impl.h"
#include "link_fixture.h"

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
	struct netns_request *request = &link_tested->request;
	struct space other = {.pid = 0};
	int nsid = A_SPACE->nsid, given;

	assert_shown(A_SPACE);
	space_end(A_SPACE);
	space_begin(&other);
	/* As soon as the kernel lets go of it. */
	while ((given = netns_nsid_give(request, other.fd, nsid)) == -EEXIST)
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
}

static void
a_namespace_keeps_its_nsid(void **state)
{
	struct netns_request *request = &link_tested->request;
	struct space other = {.pid = 0};

	assert_int_equal(
	    netns_link_assign(link_tested, A_SPACE->fd), A_SPACE->nsid);
	assert_int_equal(netns_link_assign(link_tested, home.fd), -EINVAL);
	space_begin(&other);
	assert_int_equal(netns_nsid_get(request, other.fd), -ENOENT);
	assert_int_equal(netns_nsid_give(request, other.fd, 4711), 4711);
	assert_int_equal(netns_link_assign(link_tested, other.fd), 4711);
	space_end(&other);
	assert_becomes(&link_told.gone, 1);
}

static void
nsids_do_not_run_out(void **state)
{
	struct space other = {.pid = 0};

	link_tested->next_nsid = INT_MAX;
	space_begin(&other);
	other.nsid = netns_link_assign(link_tested, other.fd);
	assert_true(other.nsid >= 0);
	assert_int_equal(
	    netns_nsid_get(&link_tested->request, other.fd), other.nsid);
	space_end(&other);
	assert_becomes(&link_told.gone, 1);
}

/* An older one had the number, and its end is told only now. */
static void
the_word_of_an_older_end_is_not_taken_for_a_newer_one(void **state)
{
	netns_link_report_gone(link_tested, A_SPACE->nsid);
	assert_int_equal(link_told.gone, 0);
	space_run(A_SPACE, "ip link add v0 type bridge");
	assert_shown(A_SPACE);
}

/* home -------------------------------------------------------------------- */

static void
home_is_shown_also_with_an_nsid_of_its_own(void **state)
{
	struct netns_request request;

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

/* What `ip netns set` gives works as without netinstd, and is shown. */
static void
homes_own_numbers_are_left_to_others(void **state)
{
	struct netns_request request;

	assert_int_equal(netns_request_open(&request), 0);
	assert_int_equal(netns_nsid_get(&request, A_SPACE->fd), -ENOENT);
	assert_int_equal(netns_link_number(link_tested, A_SPACE->nsid), -1);
	assert_int_equal(netns_nsid_give(&request, A_SPACE->fd, 77), 77);
	assert_becomes(&link_told.number, 77);
	assert_int_equal(link_told.numbered, A_SPACE->nsid);
	assert_int_equal(netns_link_number(link_tested, A_SPACE->nsid), 77);
	netns_request_close(&request);
}

static int links_wanted;

static bool
has_links(const void *arg)
{
	const struct space *space = arg;

	return interface_count(space->instance) == (unsigned)links_wanted;
}

static void
assert_links(const struct space *space, int wanted)
{
	links_wanted = wanted;
	assert_true(turn_until(has_links, space));
}

/* Also one that is larger than the lists that the kernel makes. */
static void
a_link_of_any_size_costs_no_other(void **state)
{
	space_run(A_SPACE,
	    "ip link add v0 type bridge && ip link add v1 type bridge && "
	    "for i in $(seq 490); do "
	    "printf 'link property add dev v0 altname %%0120d\\n' $i; done | "
	    "ip -batch -");
	assert_links(A_SPACE, 3);
	space_run(A_SPACE, "ip link set v0 up && ip link add v2 type bridge");
	assert_links(A_SPACE, 4);
	netns_link_detach(link_tested, A_SPACE->instance);
	netns_link_stop(link_tested);
	link_start();
	A_SPACE->nsid = netns_link_assign(link_tested, A_SPACE->fd);
	space_attach(A_SPACE);
	space_run(A_SPACE, "ip link add v3 type bridge");
	assert_links(A_SPACE, 5);
	assert_int_equal(link_told.resyncs, 0);
}

/* Then it has to number them at home. */
static void
without_the_privilege_for_a_namespace_of_its_own_it_goes_on(void **state)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct all[2], less[2];
	struct netns_request request;

	netns_link_stop(link_tested);
	assert_int_equal(syscall(SYS_capget, &header, all), 0);
	memcpy(less, all, sizeof(less));
	less[0].effective &= ~(1u << CAP_SYS_ADMIN);
	assert_int_equal(syscall(SYS_capset, &header, less), 0);
	link_start();
	assert_int_equal(syscall(SYS_capset, &header, all), 0);
	assert_false(link_tested->own);
	A_SPACE->nsid = netns_link_assign(link_tested, A_SPACE->fd);
	assert_int_equal(netns_request_open(&request), 0);
	assert_int_equal(netns_nsid_get(&request, A_SPACE->fd), A_SPACE->nsid);
	space_attach(A_SPACE);
	space_run(A_SPACE, "ip link add v0 type bridge");
	assert_shown(A_SPACE);
	space_end(A_SPACE);
	assert_becomes(&link_told.gone, 1);
	netns_request_close(&request);
}

static void
without_the_feature_only_home_is_shown(void **state)
{
	struct space other = {.pid = 0};

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
	    LINK_TEST(the_word_of_an_older_end_is_not_taken_for_a_newer_one),
	    LINK_TEST(home_is_shown_also_with_an_nsid_of_its_own),
	    LINK_TEST(homes_own_numbers_are_left_to_others),
	    LINK_TEST(a_link_of_any_size_costs_no_other),
	    LINK_TEST(
		without_the_privilege_for_a_namespace_of_its_own_it_goes_on),
	    LINK_TEST(without_the_feature_only_home_is_shown),
	};

	return cmocka_run_group_tests(tests, link_group_setup, NULL);
}
