/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_kernel.c: the calls on real namespaces, with everything that this
 * kernel has and with each thing left out.
 */
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "source/netns/kernel/netns_kernel.h"
#include "netns_world.h"
#include "test.h"

#define WITHOUT(feature) (1U << (feature))
#define NAME		 NETNS_WORLD "/name"

/* A kernel that has all, one without ids, one without cookies too. */
static const unsigned ways_to_identify[] = {0, WITHOUT(NETNS_ID),
    WITHOUT(NETNS_ID) | WITHOUT(NETNS_COOKIE),
    WITHOUT(NETNS_ID) | WITHOUT(NETNS_ENTER)};
/* How a name is opened: by its handle, from inside, through the mount. */
static const unsigned ways_to_open[] = {
    0, WITHOUT(NETNS_HANDLE), WITHOUT(NETNS_HANDLE) | WITHOUT(NETNS_ENTER)};

static ino_t
own_inode(void)
{
	struct stat status;

	assert_int_equal(stat("/proc/thread-self/ns/net", &status), 0);
	return status.st_ino;
}

static void
test_each_feature_has_a_name_and_is_off_when_left_out(void **state)
{
	size_t i;

	for (i = 0; i < NETNS_FEATURES; i++) {
		const struct netns_feature_view *view;

		netns_features_probe(WITHOUT(i));
		view = netns_feature_view((enum netns_feature)i);
		assert_int_equal(netns_feature_find(view->name), i);
		assert_false(view->have);
		assert_true(view->switched_off);
		assert_true(strlen(view->what) > 0 && strlen(view->remedy) > 0);
	}
	assert_int_equal(netns_feature_find("nothing"), -1);
	netns_features_probe(0);
	assert_true(netns_feature(NETNS_ENTER));
	assert_false(netns_feature_view(NETNS_ENTER)->switched_off);
}

static void
test_what_needs_what_is_left_out_is_off_too(void **state)
{
	netns_features_probe(WITHOUT(NETNS_MOUNT_ID) | WITHOUT(NETNS_ENTER));
	assert_false(netns_feature(NETNS_MOUNT_EVENTS));
	assert_false(netns_feature(NETNS_COOKIE));
}

static void
test_two_namespaces_are_told_apart_every_way(void **state)
{
	struct netns_identity a, again, b;
	int one, other;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(ways_to_identify); i++) {
		netns_features_probe(ways_to_identify[i]);
		one = netns_world_make();
		other = netns_world_make();
		assert_int_equal(netns_identify(one, &a), 0);
		assert_int_equal(netns_identify(one, &again), 0);
		assert_int_equal(netns_identify(other, &b), 0);
		assert_int_equal(a.weak,
		    !netns_feature(NETNS_ID) && !netns_feature(NETNS_COOKIE));
		assert_true(netns_is_same(&a, &again));
		assert_false(netns_is_same(&a, &b));
		assert_false(netns_is_same(&a, netns_home()));
		assert_int_equal(own_inode(), netns_home()->inode);
		(void)close(one);
		(void)close(other);
	}
}

static void
test_without_a_descriptor_no_other_identity_is_taken(void **state)
{
	struct netns_identity identity;
	struct rlimit before, low;
	int fd = netns_world_make();

	netns_features_probe(WITHOUT(NETNS_ID));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(netns_identify(fd, &identity), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(netns_identify(fd, &identity), 0);
	assert_false(identity.weak);
	(void)close(fd);
}

static void
test_an_id_is_not_used_again_and_equals_the_cookie(void **state)
{
	struct netns_identity first, second, cookie;
	int fd;

	fd = netns_world_make();
	assert_int_equal(netns_identify(fd, &first), 0);
	netns_features_probe(WITHOUT(NETNS_ID));
	assert_int_equal(netns_identify(fd, &cookie), 0);
	assert_true(cookie.weak || netns_is_same(&first, &cookie));
	(void)close(fd);
	netns_features_probe(0);
	fd = netns_world_make();
	assert_int_equal(netns_identify(fd, &second), 0);
	assert_true(first.weak || first.id != second.id);
	(void)close(fd);
}

static void
test_what_is_no_network_namespace_is_none(void **state)
{
	static const char *const others[] = {"/", "/dev/null", "/proc/self/ns",
	    "/proc/self/ns/mnt", "/proc/self/status"};
	struct netns_identity identity;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_LENGTH(others); i++) {
		assert_int_equal(netns_open_at(AT_FDCWD, others[i]), -EINVAL);
		fd = open(others[i], O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(netns_identify(fd, &identity), -EINVAL);
		(void)close(fd);
	}
	assert_int_equal(netns_open_at(AT_FDCWD, NAME), -ENOENT);
	assert_int_equal(mkfifo(NAME, 0600), 0);
	assert_int_equal(netns_open_at(AT_FDCWD, NAME), -EINVAL);
	assert_int_equal(unlink(NAME), 0);
	netns_world_touch(NAME);
	assert_int_equal(netns_open_at(AT_FDCWD, NAME), -EINVAL);
}

static void
test_a_name_opens_every_way_and_may_be_a_link(void **state)
{
	struct netns_identity made, opened;
	int fd, way;
	size_t i;

	fd = netns_world_make();
	netns_world_name(NAME, fd);
	assert_int_equal(symlink("name", NETNS_WORLD "/link"), 0);
	for (i = 0; i < ARRAY_LENGTH(ways_to_open); i++) {
		netns_features_probe(ways_to_open[i]);
		assert_int_equal(netns_identify(fd, &made), 0);
		way = netns_open_at(AT_FDCWD, NETNS_WORLD "/link");
		assert_true(way >= 0);
		assert_true(fcntl(way, F_GETFD) == FD_CLOEXEC);
		assert_int_equal(netns_identify(way, &opened), 0);
		assert_true(netns_is_same(&made, &opened));
		assert_int_equal(own_inode(), netns_home()->inode);
		(void)close(way);
	}
	(void)close(fd);
}

static void
test_a_mount_is_not_busy_while_its_namespace_is_held(void **state)
{
	int fd, held;
	size_t i;

	for (i = 0; i < 2; i++) {
		netns_features_probe(ways_to_open[i]);
		fd = netns_world_make();
		netns_world_name(NAME, fd);
		held = netns_open_at(AT_FDCWD, NAME);
		assert_true(held >= 0);
		assert_int_equal(umount2(NAME, 0), 0);
		assert_int_equal(unlink(NAME), 0);
		(void)close(held);
		(void)close(fd);
	}
}

static void
test_a_look_tells_a_mount_from_what_is_below_it(void **state)
{
	struct netns_stat plain, mounted, again;
	char point[4096];
	int fd;

	netns_world_touch(NAME);
	assert_int_equal(netns_stat_at(AT_FDCWD, NAME, &plain), 0);
	fd = netns_world_make();
	netns_world_mount(NAME, fd);
	assert_int_equal(netns_stat_at(AT_FDCWD, NAME, &mounted), 0);
	assert_true(plain.device != netns_home()->device);
	assert_true(mounted.device == netns_home()->device);
	if (!netns_feature(NETNS_MOUNT_ID)) {
		assert_true(mounted.mount == 0);
		(void)close(fd);
		return;
	}
	assert_true(mounted.mount != 0 && mounted.mount != plain.mount);
	assert_int_equal(
	    netns_mount_point(mounted.mount, point, sizeof(point)), 0);
	assert_string_equal(point, NAME);
	assert_int_equal(
	    netns_mount_point(mounted.mount, point, 4), -ENAMETOOLONG);
	assert_int_equal(umount2(NAME, 0), 0);
	assert_int_equal(
	    netns_mount_point(mounted.mount, point, sizeof(point)), -ENOENT);
	netns_world_mount(NAME, fd);
	assert_int_equal(netns_stat_at(AT_FDCWD, NAME, &again), 0);
	assert_true(again.mount > mounted.mount);
	(void)close(fd);
}

static void
test_a_handle_leads_there_and_keeps_nothing_alive(void **state)
{
	struct netns_identity made, found;
	struct netns_handle handle;
	int fd, opened;

	fd = netns_world_make();
	assert_int_equal(netns_identify(fd, &made), 0);
	if (netns_feature(NETNS_HANDLE)) {
		assert_int_equal(netns_handle_save(fd, &handle), 0);
		opened = netns_handle_open(&handle);
		assert_true(opened >= 0);
		assert_int_equal(netns_identify(opened, &found), 0);
		assert_true(netns_is_same(&made, &found));
		(void)close(opened);
		(void)close(fd);
		assert_int_equal(netns_handle_open(&handle), -ESTALE);
	} else {
		(void)close(fd);
	}
	netns_features_probe(WITHOUT(NETNS_HANDLE));
	assert_int_equal(netns_handle_save(0, &handle), -EOPNOTSUPP);
	assert_int_equal(netns_handle_open(&handle), -EOPNOTSUPP);
}

static void
test_a_thread_enters_and_comes_home(void **state)
{
	struct stat status;
	int fd;

	fd = netns_world_make();
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(netns_enter(fd), 0);
	assert_int_equal(own_inode(), status.st_ino);
	assert_int_equal(netns_enter_home(), 0);
	assert_int_equal(own_inode(), netns_home()->inode);
	assert_int_equal(netns_enter(STDIN_FILENO), -EINVAL);
	netns_features_probe(WITHOUT(NETNS_ENTER));
	assert_int_equal(netns_enter(fd), -EPERM);
	(void)close(fd);
}

static void
test_a_process_leads_to_its_namespace(void **state)
{
	struct netns_identity identity;
	int fd;

	fd = netns_open_thread(getpid(), getpid());
	assert_true(fd >= 0);
	assert_int_equal(netns_identify(fd, &identity), 0);
	assert_true(netns_is_same(&identity, netns_home()));
	(void)close(fd);
	assert_int_equal(netns_open_thread(0x7ffffffe, 0x7ffffffe), -ESRCH);
}

static void
test_a_list_is_of_ascending_ids_or_refused(void **state)
{
	uint64_t ids[64];
	ssize_t got, i;

	got = netns_list(0, ids, ARRAY_LENGTH(ids));
	if (!netns_feature(NETNS_LIST))
		assert_int_equal(got, -ENOSYS);
	else
		assert_true(got > 0);
	for (i = 1; i < got; i++)
		assert_true(ids[i - 1] < ids[i]);
}

#define WORLD_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    test, netns_world_setup, netns_world_teardown)

/* What may not be opened looks to us as if it were gone. */
static void
test_a_handle_that_may_not_be_opened_is_none(void **state)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct all[2], none[2] = {{0}, {0}};
	struct netns_handle handle;
	int fd = netns_world_make();

	assert_true(netns_feature(NETNS_HANDLE));
	assert_int_equal(netns_handle_prove(fd, &handle), 0);
	assert_true(handle.bytes > 0);
	assert_int_equal(syscall(SYS_capget, &header, all), 0);
	memcpy(none, all, sizeof(none));
	none[0].effective = none[1].effective = 0;
	assert_int_equal(syscall(SYS_capset, &header, none), 0);
	assert_true(netns_handle_prove(fd, &handle) < 0);
	assert_int_equal(handle.bytes, 0);
	netns_features_probe(0);
	assert_false(netns_feature(NETNS_HANDLE));
	assert_int_equal(syscall(SYS_capset, &header, all), 0);
	netns_features_probe(0);
	assert_true(netns_feature(NETNS_HANDLE));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_TEST(test_each_feature_has_a_name_and_is_off_when_left_out),
	    WORLD_TEST(test_what_needs_what_is_left_out_is_off_too),
	    WORLD_TEST(test_two_namespaces_are_told_apart_every_way),
	    WORLD_TEST(test_without_a_descriptor_no_other_identity_is_taken),
	    WORLD_TEST(test_an_id_is_not_used_again_and_equals_the_cookie),
	    WORLD_TEST(test_what_is_no_network_namespace_is_none),
	    WORLD_TEST(test_a_name_opens_every_way_and_may_be_a_link),
	    WORLD_TEST(test_a_mount_is_not_busy_while_its_namespace_is_held),
	    WORLD_TEST(test_a_look_tells_a_mount_from_what_is_below_it),
	    WORLD_TEST(test_a_handle_leads_there_and_keeps_nothing_alive),
	    WORLD_TEST(test_a_thread_enters_and_comes_home),
	    WORLD_TEST(test_a_process_leads_to_its_namespace),
	    WORLD_TEST(test_a_list_is_of_ascending_ids_or_refused),
	    WORLD_TEST(test_a_handle_that_may_not_be_opened_is_none),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
