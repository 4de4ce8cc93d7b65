/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_names.c: names of real namespaces come, go, are made again and
 * moved, and directories come late, are mounted over, linked and replaced. Each
 * test runs once for each way to be woken up.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "names_fixture.h"

/* Steps of the long random test, and what it plays with. */
#define STEPS	   1000
#define NAMESPACES 4
#define PLACES	   6

static void
make(const char *path)
{
	int fd = netns_world_make();

	netns_world_name(path, fd);
	(void)close(fd);
}

/* --- one name ------------------------------------------------------------- */

static void
test_what_is_there_has_appeared_when_the_start_returns(void **state)
{
	make(IN_NAMES("a"));
	make(IN_NAMES("b"));
	names_start();
	assert_int_equal(names_count(), 2);
	assert_true(names_id("a") != 0 && names_id("b") != 0);
	assert_true(names_id("a") != names_id("b"));
}

static void
test_a_name_appears_and_goes(void **state)
{
	int fd = netns_world_make();
	uint64_t id = id_of(fd);

	names_start();
	netns_world_name(IN_NAMES("a"), fd);
	(void)close(fd);
	names_expect("+a");
	assert_true(names_id("a") == id);
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
}

static void
test_a_file_counts_when_something_is_mounted_on_it(void **state)
{
	int fd = netns_world_make();

	names_start();
	netns_world_touch(IN_NAMES("a"));
	names_expect_nothing();
	netns_world_mount(IN_NAMES("a"), fd);
	names_expect("+a");
	assert_int_equal(umount2(IN_NAMES("a"), MNT_DETACH), 0);
	names_expect("-a");
	netns_world_mount(IN_NAMES("a"), fd);
	names_expect("+a");
	(void)close(fd);
}

static void
test_two_names_may_lead_to_one_namespace(void **state)
{
	int fd = netns_world_make();

	names_start();
	netns_world_name(IN_NAMES("a"), fd);
	names_expect("+a");
	netns_world_name(IN_NAMES("b"), fd);
	names_expect("+b");
	assert_true(names_id("a") == names_id("b"));
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
	assert_true(names_id("b") == id_of(fd));
	(void)close(fd);
}

static void
test_a_name_that_is_made_again_goes_first(void **state)
{
	uint64_t old;

	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	old = names_id("a");
	netns_world_unname(IN_NAMES("a"));
	make(IN_NAMES("a"));
	names_expect("-a+a");
	assert_true(names_id("a") != old);
}

/*
 * Nobody holds the old one, so that the new one may get its inode. Where there
 * is nothing else to tell them apart, it has to be held.
 */
static void
test_a_namespace_is_not_taken_for_the_one_before(void **state)
{
	unsigned i;

	if (netns_feature(NETNS_ID) || netns_feature(NETNS_COOKIE))
		names_hold_nothing();
	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	for (i = 0; i < 20; i++) {
		uint64_t old = names_id("a");

		netns_world_unname(IN_NAMES("a"));
		make(IN_NAMES("a"));
		names_expect("-a+a");
		assert_true(names_id("a") != old);
	}
}

static void
test_the_same_namespace_mounted_again_is_no_news(void **state)
{
	int fd = netns_world_make();

	names_start();
	netns_world_name(IN_NAMES("a"), fd);
	names_expect("+a");
	netns_world_unname(IN_NAMES("a"));
	netns_world_name(IN_NAMES("a"), fd);
	names_expect_nothing();
	assert_int_equal(umount2(IN_NAMES("a"), MNT_DETACH), 0);
	netns_world_mount(IN_NAMES("a"), fd);
	names_expect_nothing();
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
	(void)close(fd);
}

static void
test_what_is_mounted_on_top_counts(void **state)
{
	int below = netns_world_make(), top = netns_world_make();

	names_start();
	netns_world_name(IN_NAMES("a"), below);
	names_expect("+a");
	netns_world_mount(IN_NAMES("a"), top);
	names_expect("-a+a");
	assert_true(names_id("a") == id_of(top));
	assert_int_equal(umount2(IN_NAMES("a"), MNT_DETACH), 0);
	names_expect("-a+a");
	assert_true(names_id("a") == id_of(below));
	(void)close(below);
	(void)close(top);
}

static bool
has_moved(void *arg)
{
	return names_id("a") == 0 && names_id("b") == *(const uint64_t *)arg;
}

static void
test_a_mount_that_is_moved_has_another_name(void **state)
{
	uint64_t id;

	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	id = names_id("a");
	netns_world_touch(IN_NAMES("b"));
	assert_int_equal(
	    mount(IN_NAMES("a"), IN_NAMES("b"), NULL, MS_MOVE, NULL), 0);
	names_wait(has_moved, &id);
}

/*
 * The loop sees in one turn that entries and mounts have changed, and the
 * entries first: the file that was made comes before the move.
 */
static void
test_a_mount_that_is_moved_is_never_settled_without_a_name(void **state)
{
	uint64_t id;

	make(IN_NAMES("a"));
	names_start();
	names_expect("+a");
	id = names_id("a");
	names_watch(id);
	netns_world_touch(IN_NAMES("b"));
	names_expect_nothing();
	netns_world_touch(IN_NAMES("c"));
	assert_int_equal(
	    mount(IN_NAMES("a"), IN_NAMES("b"), NULL, MS_MOVE, NULL), 0);
	assert_int_equal(unlink(IN_NAMES("a")), 0);
	names_wait(has_moved, &id);
	assert_false(names_lost());
}

#define MOVES 60

static const char *
step_path(const char *prefix, unsigned step)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), NAMES "/%s%u", prefix, step);
	return path;
}

/*
 * A tick has appeared: there will be another one, and the mount is moved on.
 * Its name before is looked at next, that of now only after the next reading.
 */
static void
step_on(const char *name)
{
	unsigned step;
	char from[64];

	if (sscanf(name, "tick%u", &step) != 1 || step >= MOVES)
		return;
	make(step_path("tick", step + 1));
	(void)snprintf(from, sizeof(from), "%s", step_path("moved", step));
	assert_int_equal(
	    mount(from, step_path("moved", step + 1), NULL, MS_MOVE, NULL), 0);
}

static bool
is_at_last_step(void *arg)
{
	char name[16];

	(void)snprintf(name, sizeof(name), "moved%u", MOVES);
	return names_id(name) == *(const uint64_t *)arg;
}

static void
test_a_mount_is_never_settled_without_a_name_while_there_is_always_news(
    void **state)
{
	uint64_t id;

	for (unsigned i = 1; i <= MOVES; i++)
		netns_world_touch(step_path("moved", i));
	make(IN_NAMES("moved0"));
	names_start();
	names_expect("+moved0");
	id = names_id("moved0");
	names_watch(id);
	names_react(step_on);
	make(IN_NAMES("tick0"));
	names_wait(is_at_last_step, &id);
	assert_false(names_lost());
}

/* --- directories ---------------------------------------------------------- */

static void
test_a_directory_may_come_later(void **state)
{
	static const char *const late[] = {NETNS_WORLD "/run/docker/netns"};

	names_start_at(late, 1);
	assert_int_equal(mkdir(NETNS_WORLD "/run", 0755), 0);
	assert_int_equal(mkdir(NETNS_WORLD "/run/docker", 0755), 0);
	assert_int_equal(mkdir(late[0], 0755), 0);
	make(NETNS_WORLD "/run/docker/netns/a");
	names_expect("+a");
	netns_world_unname(NETNS_WORLD "/run/docker/netns/a");
	assert_int_equal(rmdir(late[0]), 0);
	assert_int_equal(rmdir(NETNS_WORLD "/run/docker"), 0);
	names_expect("-a");
	assert_int_equal(mkdir(NETNS_WORLD "/run/docker", 0755), 0);
	assert_int_equal(mkdir(late[0], 0755), 0);
	make(NETNS_WORLD "/run/docker/netns/b");
	names_expect("+b");
}

/* As the first `ip netns add` after a boot does. */
static void
test_a_directory_may_be_mounted_on_itself(void **state)
{
	names_start();
	assert_int_equal(mount(NAMES, NAMES, NULL, MS_BIND | MS_REC, NULL), 0);
	assert_int_equal(mount("", NAMES, NULL, MS_SHARED | MS_REC, NULL), 0);
	make(IN_NAMES("a"));
	names_expect("+a");
	netns_world_unname(IN_NAMES("a"));
	names_expect("-a");
}

static void
test_what_is_mounted_over_a_directory_hides_its_names(void **state)
{
	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	assert_int_equal(mount("over", NAMES, "tmpfs", 0, NULL), 0);
	names_expect("-a");
	make(IN_NAMES("b"));
	names_expect("+b");
	assert_int_equal(umount2(NAMES, MNT_DETACH), 0);
	names_expect("-b+a");
	names_expect_nothing();
}

static void
test_what_is_mounted_over_the_way_hides_names_too(void **state)
{
	static const char *const deep[] = {NAMES "/way/to/it"};

	assert_int_equal(mkdir(IN_NAMES("way"), 0755), 0);
	assert_int_equal(mkdir(IN_NAMES("way/to"), 0755), 0);
	assert_int_equal(mkdir(deep[0], 0755), 0);
	names_start_at(deep, 1);
	make(IN_NAMES("way/to/it/a"));
	names_expect("+a");
	assert_int_equal(mount("over", IN_NAMES("way"), "tmpfs", 0, NULL), 0);
	names_expect("-a");
	assert_int_equal(umount2(IN_NAMES("way"), MNT_DETACH), 0);
	names_expect("+a");
}

static void
test_a_directory_may_be_replaced_by_another(void **state)
{
	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	assert_int_equal(rename(NAMES, NETNS_WORLD "/elsewhere"), 0);
	names_expect("-a");
	assert_int_equal(mkdir(NAMES, 0755), 0);
	make(IN_NAMES("b"));
	names_expect("+b");
	netns_world_unname(IN_NAMES("b"));
	names_expect("-b");
	assert_int_equal(rmdir(NAMES), 0);
	assert_int_equal(rename(NETNS_WORLD "/elsewhere", NAMES), 0);
	names_expect("+a");
}

static void
test_a_directory_may_be_made_again_between_two_looks(void **state)
{
	names_start();
	make(IN_NAMES("a"));
	names_expect("+a");
	netns_world_unname(IN_NAMES("a"));
	assert_int_equal(rmdir(NAMES), 0);
	assert_int_equal(mkdir(NAMES, 0755), 0);
	make(IN_NAMES("b"));
	names_expect("-a+b");
	names_expect_nothing();
}

static bool
b_is_named(void *arg)
{
	return names_id("b") != 0;
}

static void
test_a_linked_directory_is_followed_when_the_link_changes(void **state)
{
	static const char *const linked[] = {NETNS_WORLD "/run/netns"};

	assert_int_equal(mkdir(NETNS_WORLD "/one", 0755), 0);
	assert_int_equal(mkdir(NETNS_WORLD "/two", 0755), 0);
	assert_int_equal(mkdir(NETNS_WORLD "/one/netns", 0755), 0);
	assert_int_equal(mkdir(NETNS_WORLD "/two/netns", 0755), 0);
	assert_int_equal(symlink("one", NETNS_WORLD "/run"), 0);
	make(NETNS_WORLD "/two/netns/b");
	names_start_at(linked, 1);
	make(NETNS_WORLD "/one/netns/a");
	names_expect("+a");
	assert_int_equal(
	    symlink(NETNS_WORLD "/./one/../two", NETNS_WORLD "/new"), 0);
	assert_int_equal(rename(NETNS_WORLD "/new", NETNS_WORLD "/run"), 0);
	names_wait(b_is_named, NULL);
	assert_true(names_id("a") == 0);
}

static void
test_one_directory_under_two_paths_counts_once(void **state)
{
	static const char *const same[] = {
	    NAMES, NETNS_WORLD "/link", NETNS_WORLD "/other"};

	assert_int_equal(symlink("names", NETNS_WORLD "/link"), 0);
	assert_int_equal(mkdir(NETNS_WORLD "/other", 0755), 0);
	names_start_at(same, 3);
	make(IN_NAMES("a"));
	names_expect("+a");
	make(NETNS_WORLD "/other/a");
	names_expect("+a");
	assert_int_equal(names_count(), 2);
	assert_int_equal(rename(NAMES, NETNS_WORLD "/elsewhere"), 0);
	names_expect("-a");
}

/* --- links ---------------------------------------------------------------- */

static void
test_a_link_to_a_mounted_namespace_is_a_name(void **state)
{
	names_start();
	assert_int_equal(mkdir(NETNS_WORLD "/docker", 0755), 0);
	assert_int_equal(symlink("../docker/x", IN_NAMES("a")), 0);
	names_expect_nothing();
	make(NETNS_WORLD "/docker/x");
	names_expect("+a");
	netns_world_unname(NETNS_WORLD "/docker/x");
	names_expect("-a");
	make(NETNS_WORLD "/docker/x");
	names_expect("+a");
	assert_int_equal(unlink(IN_NAMES("a")), 0);
	names_expect("-a");
}

static void
test_a_link_to_a_process_is_a_name_while_the_process_lives(void **state)
{
	pid_t pid = netns_world_add_process(-1);
	char target[64];

	(void)snprintf(target, sizeof(target), "/proc/%d/ns/net", (int)pid);
	names_start();
	assert_int_equal(symlink(target, IN_NAMES("a")), 0);
	names_expect("+a");
	names_expect_nothing();
	assert_int_equal(kill(pid, SIGKILL), 0);
	names_expect("-a");
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	names_expect_nothing();
}

static void
test_a_link_to_what_is_not_mounted_is_no_name(void **state)
{
	names_start();
	assert_int_equal(symlink("/proc/thread-self/ns/net", IN_NAMES("a")), 0);
	assert_int_equal(symlink("a", IN_NAMES("b")), 0);
	assert_int_equal(symlink("c", IN_NAMES("c")), 0);
	assert_int_equal(symlink("/proc/self/ns/mnt", IN_NAMES("d")), 0);
	names_expect_nothing();
}

/* --- anything ------------------------------------------------------------- */

struct model {
	int fds[NAMESPACES];
	uint64_t ids[NAMESPACES];
	int at[PLACES]; /* which namespace; -1: none */
};

static bool
model_holds(void *arg)
{
	const struct model *model = arg;
	size_t i;

	for (i = 0; i < PLACES; i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "%zu", i);
		if (names_id(name) !=
		    (model->at[i] < 0 ? 0 : model->ids[model->at[i]]))
			return false;
	}
	return true;
}

static void
model_step(struct model *model)
{
	size_t place = (size_t)random() % PLACES;
	int which = (int)(random() % NAMESPACES);
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/%zu", NAMES, place);
	if (model->at[place] >= 0) {
		netns_world_unname(path);
		model->at[place] = -1;
		if (random() % 2 == 0)
			return;
	}
	netns_world_name(path, model->fds[which]);
	model->at[place] = which;
}

static void
model_renew(struct model *model)
{
	size_t i = (size_t)random() % NAMESPACES;
	size_t place;

	for (place = 0; place < PLACES; place++)
		if (model->at[place] == (int)i)
			return;
	if (model->fds[i] >= 0)
		(void)close(model->fds[i]);
	model->fds[i] = netns_world_make();
	model->ids[i] = id_of(model->fds[i]);
}

static void
test_names_are_what_a_model_says_after_each_of_many_steps(void **state)
{
	struct model model;
	unsigned step, more;
	size_t i;

	srandom(20261123);
	names_start();
	for (i = 0; i < NAMESPACES; i++) {
		model.fds[i] = netns_world_make();
		model.ids[i] = id_of(model.fds[i]);
	}
	for (i = 0; i < PLACES; i++)
		model.at[i] = -1;
	for (step = 0; step < STEPS; step++) {
		for (more = (unsigned)random() % 4 + 1; more > 0; more--)
			model_step(&model);
		model_renew(&model);
		names_wait(model_holds, &model);
	}
	for (i = 0; i < NAMESPACES; i++)
		(void)close(model.fds[i]);
}

int
main(void)
{
	static const struct names_way ways[] = {
	    {"by mount events", 0},
	    {"by mountinfo", 1U << NETNS_MOUNT_EVENTS},
	    {"without mount ids", 1U << NETNS_MOUNT_ID},
	    {"without handles", 1U << NETNS_HANDLE | 1U << NETNS_MOUNT_EVENTS},
	    {"without anything", ~0U},
	};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_what_is_there_has_appeared_when_the_start_returns),
	    cmocka_unit_test(test_a_name_appears_and_goes),
	    cmocka_unit_test(
		test_a_file_counts_when_something_is_mounted_on_it),
	    cmocka_unit_test(test_two_names_may_lead_to_one_namespace),
	    cmocka_unit_test(test_a_name_that_is_made_again_goes_first),
	    cmocka_unit_test(test_a_namespace_is_not_taken_for_the_one_before),
	    cmocka_unit_test(test_the_same_namespace_mounted_again_is_no_news),
	    cmocka_unit_test(test_what_is_mounted_on_top_counts),
	    cmocka_unit_test(test_a_mount_that_is_moved_has_another_name),
	    cmocka_unit_test(
		test_a_mount_that_is_moved_is_never_settled_without_a_name),
	    cmocka_unit_test(
		test_a_mount_is_never_settled_without_a_name_while_there_is_always_news),
	    cmocka_unit_test(test_a_directory_may_come_later),
	    cmocka_unit_test(test_a_directory_may_be_mounted_on_itself),
	    cmocka_unit_test(
		test_what_is_mounted_over_a_directory_hides_its_names),
	    cmocka_unit_test(test_what_is_mounted_over_the_way_hides_names_too),
	    cmocka_unit_test(test_a_directory_may_be_replaced_by_another),
	    cmocka_unit_test(
		test_a_directory_may_be_made_again_between_two_looks),
	    cmocka_unit_test(
		test_a_linked_directory_is_followed_when_the_link_changes),
	    cmocka_unit_test(test_one_directory_under_two_paths_counts_once),
	    cmocka_unit_test(test_a_link_to_a_mounted_namespace_is_a_name),
	    cmocka_unit_test(
		test_a_link_to_a_process_is_a_name_while_the_process_lives),
	    cmocka_unit_test(test_a_link_to_what_is_not_mounted_is_no_name),
	    cmocka_unit_test(
		test_names_are_what_a_model_says_after_each_of_many_steps),
	};

	netns_world_enter();
	return names_run(tests, ARRAY_LENGTH(tests), ways, ARRAY_LENGTH(ways));
}
