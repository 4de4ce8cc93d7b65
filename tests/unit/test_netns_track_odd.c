/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_track_odd.c: tracking when things run out or end: no descriptor is
 * left to look for processes with, and the netns thread ends while others still
 * ask what it looks at.
 */
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/interface/interface.h"
#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/netns_ref.h"
#include "source/netns/netns_state.h"
#include "track_fixture.h"

#define ELSEWHERE NETNS_WORLD "/elsewhere"

/* --- processes ------------------------------------------------------------ */

/* What the instance of that name is held for; "": there is none. */
static const char *
hold_of(const char *name)
{
	struct instance *instance = instance_find_by_name(name);
	struct netns_view view = {.hold = ""};

	if (instance == NULL)
		return "";
	if (instance_state(instance) != INSTANCE_ACTIVE ||
	    !netns_describe(instance, &view))
		view.hold = "";
	instance_release(instance);
	return view.hold;
}

static bool
is_held_by_name(void *arg)
{
	return strcmp(hold_of(arg), "name") == 0;
}

static bool
is_held_by_process(void *arg)
{
	return strcmp(hold_of(arg), "process") == 0;
}

static bool
is_nobodys(void *arg)
{
	struct instance *instance = instance_find_by_name(arg);

	if (instance != NULL)
		instance_release(instance);
	return instance == NULL;
}

static void
test_without_descriptors_a_process_still_keeps_what_has_no_name(void **state)
{
	static char a[] = "a";
	struct rlimit before, none;
	int fd = netns_world_make();
	pid_t pid;

	track_start();
	netns_world_name(IN_NAMES("a"), fd);
	wait_until(is_held_by_name, a);
	pid = netns_world_add_process(fd);
	(void)close(fd);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){.rlim_cur = 3, .rlim_max = before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	netns_world_unname(IN_NAMES("a"));
	wait_until(is_held_by_process, a);
	/* Nothing tells of its exit but the next look. */
	netns_world_end_process(pid);
	wait_until(is_nobodys, a);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* --- what is missing at the start ----------------------------------------- */

#define FILES_LOW 64

static bool
links_are_watched(void *arg)
{
	return netns_watcher_view(NETNS_WATCHER_LINKS).error == 0;
}

static bool
has_loopback(void *arg)
{
	struct instance *instance = instance_find_by_name(arg);
	bool has = instance != NULL && interface_count(instance) == 1;

	if (instance != NULL)
		instance_release(instance);
	return has;
}

/* For the thread's own, and for the name. */
static void
test_links_that_cannot_be_listened_to_are_tried_again(void **state)
{
	static char a[] = "a";
	int hogs[FILES_LOW], count = 0, fd = netns_world_make();
	struct rlimit before, low;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = (struct rlimit){FILES_LOW, before.rlim_max};
	netns_prepare(&config);
	netns_world_name(IN_NAMES("a"), fd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	while ((hogs[count] = dup(STDIN_FILENO)) >= 0)
		count++;
	for (int spare = 4; spare > 0; spare--)
		(void)close(hogs[--count]);
	assert_int_equal(netns_start(), 0);
	assert_int_equal(
	    netns_watcher_view(NETNS_WATCHER_LINKS).error, -EMFILE);
	while (count > 0)
		(void)close(hogs[--count]);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	wait_until(is_held_by_name, a);
	wait_until(links_are_watched, NULL);
	wait_until(has_loopback, a);
	netns_world_unname(IN_NAMES("a"));
	(void)close(fd);
	wait_until(is_nobodys, a);
}

/* --- names ---------------------------------------------------------------- */

static bool
is_there(void *arg)
{
	return !is_nobodys(arg);
}

static void
test_a_name_that_found_no_room_gets_that_of_one_that_goes(void **state)
{
	char path[64], late[] = "late";
	int fd = netns_world_make(), i;

	track_start();
	for (i = 0; i < INSTANCE_NAMES_MAX; i++) {
		(void)snprintf(path, sizeof(path), NAMES "/%d", i);
		netns_world_name(path, fd);
		wait_until(is_there, path + sizeof(NAMES));
	}
	netns_world_name(IN_NAMES("late"), fd);
	(void)close(fd);
	netns_world_unname(IN_NAMES("7"));
	wait_until(is_there, late);
}

/* --- the end -------------------------------------------------------------- */

struct visit {
	char paths[2][NETNS_PATH_MAX + 1];
	unsigned count;
};

/* A netns_directory_visit_fn. */
static void
stop_meanwhile(void *arg, size_t index, const char *path)
{
	struct visit *visit = arg;

	assert_true(visit->count < 2);
	assert_int_equal(index, visit->count);
	(void)strcpy(visit->paths[visit->count++], path);
	netns_stop();
}

static void
test_who_visits_the_directories_may_outlast_the_thread(void **state)
{
	static struct visit visit;

	config.directories = NAMES ":" ELSEWHERE;
	track_start();
	netns_visit_directories(stop_meanwhile, &visit);
	assert_int_equal(visit.count, 2);
	assert_string_equal(visit.paths[0], NAMES);
	assert_string_equal(visit.paths[1], ELSEWHERE);
}

#define TRACK_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    test_##test, track_setup, track_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TRACK_TEST(
		without_descriptors_a_process_still_keeps_what_has_no_name),
	    TRACK_TEST(links_that_cannot_be_listened_to_are_tried_again),
	    TRACK_TEST(a_name_that_found_no_room_gets_that_of_one_that_goes),
	    TRACK_TEST(who_visits_the_directories_may_outlast_the_thread),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
