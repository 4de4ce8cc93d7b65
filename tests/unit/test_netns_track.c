/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_track.c: lives of real namespaces as instances: their two deaths,
 * names that come, go and return, processes that keep a namespace, what is held
 * when, and all of that with features of the kernel left out. The netns thread
 * runs as in the daemon; one actor writes down what it is told.
 */
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/netns_ref.h"
#include "track_fixture.h"

#define BIT(feature) (1u << (feature))
/* Namespaces with too few descriptors for them. */
#define MANY	     40
#define FILES_LOW    64
#define HELD_AT_MOST (FILES_LOW / 2)

/* --- what there is -------------------------------------------------------- */

/* The id of the instance of that name, or 0. */
static netid_t
id_of(const char *name)
{
	struct instance *instance = instance_find_by_name(name);
	netid_t id = 0;

	if (instance == NULL)
		return 0;
	if (instance_is_named(instance))
		id = instance_id(instance);
	instance_release(instance);
	return id;
}

/* What an instance has to be. */
struct expected {
	netid_t id;
	const char *name;
	enum instance_state state;
	const char *hold;
	bool gone;
};

static bool
is_as_expected(void *arg)
{
	const struct expected *expected = arg;
	struct instance *instance = instance_find(expected->id);
	struct netns_view view;
	bool is;

	if (instance == NULL)
		return expected->gone;
	is = !expected->gone && netns_describe(instance, &view) &&
	     instance_state(instance) == expected->state &&
	     strcmp(view.hold, expected->hold) == 0;
	instance_release(instance);
	return is;
}

static void
await(netid_t id, enum instance_state state, const char *hold)
{
	struct expected expected = {.id = id, .state = state, .hold = hold};

	wait_until(is_as_expected, &expected);
}

static void
await_gone(netid_t id)
{
	struct expected expected = {.id = id, .gone = true};

	wait_until(is_as_expected, &expected);
}

/* Whether the name is that of an instance, and not of this one. */
struct other {
	const char *name;
	netid_t id;
};

static bool
is_another(void *arg)
{
	const struct other *other = arg;
	netid_t id = id_of(other->name);

	return id != 0 && id != other->id;
}

static bool
is_nobodys(void *arg)
{
	return id_of(((struct other *)arg)->name) == 0;
}

static void
await_name(const char *name)
{
	wait_until(is_another, &(struct other){.name = name});
}

static void
await_no_name(const char *name)
{
	wait_until(is_nobodys, &(struct other){.name = name});
}

/* --- what is made --------------------------------------------------------- */

/* A namespace with a name, as an instance; *kept: a descriptor, unless NULL. */
static netid_t
make(const char *name, int *kept)
{
	char path[PATH_MAX];
	int fd = netns_world_make();
	netid_t id;

	(void)snprintf(path, sizeof(path), NAMES "/%s", name);
	netns_world_name(path, fd);
	if (kept != NULL)
		*kept = fd;
	else
		(void)close(fd);
	await_name(name);
	id = id_of(name);
	await(id, INSTANCE_ACTIVE, config.hold ? "name" : "none");
	return id;
}

/* --- the first death, and the second -------------------------------------- */

static void
test_a_namespace_with_a_name_is_an_instance_and_ends_with_it(void **state)
{
	netid_t id;

	track_start();
	id = make("a", NULL);
	assert_int_equal(netns_pins_count(), 1);
	netns_world_unname(IN_NAMES("a"));
	await_gone(id);
	assert_int_equal(netns_pins_count(), 0);
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1)");
}

static void
test_who_keeps_it_open_keeps_it_down(void **state)
{
	netid_t id;
	int fd;

	track_start();
	id = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	await(id, INSTANCE_DOWN, "none");
	assert_diary("a.create(1) a.shutdown(1)");
	wait_until(nothing_is_pinned, NULL);
	(void)close(fd);
	await_gone(id);
	assert_diary("a.destroy(1)");
}

static void
test_several_names_are_one_instance_until_the_last_goes(void **state)
{
	netid_t id;
	int fd;

	track_start();
	id = make("a", &fd);
	netns_world_name(IN_NAMES("b"), fd);
	await_name("b");
	assert_int_equal(id_of("b"), id);
	netns_world_unname(IN_NAMES("a"));
	await_no_name("a");
	await(id, INSTANCE_ACTIVE, "name");
	netns_world_unname(IN_NAMES("b"));
	(void)close(fd);
	await_gone(id);
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1)");
}

static void
test_the_same_name_made_again_is_another_instance(void **state)
{
	struct other other = {.name = "a"};
	netid_t old, young;
	int fd, another = netns_world_make();

	track_start();
	old = other.id = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	netns_world_name(IN_NAMES("a"), another);
	wait_until(is_another, &other);
	young = id_of("a");
	await(old, INSTANCE_DOWN, "none");
	assert_int_equal(id_of("a"), young);
	(void)close(fd);
	await_gone(old);
	await(young, INSTANCE_ACTIVE, "name");
	(void)close(another);
}

static void
test_a_name_for_what_is_down_is_a_new_life_after_the_old_one(void **state)
{
	netid_t old;
	int fd;

	track_start();
	old = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	await(old, INSTANCE_DOWN, "none");
	netns_world_name(IN_NAMES("b"), fd);
	await_name("b");
	await_gone(old);
	await(id_of("b"), INSTANCE_ACTIVE, "name");
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1) a.create(2)");
	(void)close(fd);
}

static struct gate gate;

static void
pass_gate(netid_t id)
{
	if (id != GLOBAL_ZONEID)
		gate_pass(&gate);
}

static void
test_a_name_for_what_is_ending_waits_for_its_end(void **state)
{
	netid_t old;
	int fd;

	gate_init(&gate);
	A->on_shutdown = pass_gate;
	track_start();
	old = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	gate_wait(&gate, 1);
	netns_world_name(IN_NAMES("b"), fd);
	netns_world_name(IN_NAMES("c"), netns_world_make());
	await_name("c"); /* so that of b is known, too */
	assert_int_equal(id_of("b"), 0);
	gate_open(&gate);
	await_name("b");
	await_gone(old);
	A->on_shutdown = NULL;
	netns_stop();
	gate_destroy(&gate);
	(void)close(fd);
}

static void
test_a_callback_that_hangs_keeps_it_until_the_deadline(void **state)
{
	struct netns_status status;
	netid_t id;

	gate_init(&gate);
	A->on_shutdown = pass_gate;
	config.release_deadline = 20 * NS_PER_MS;
	track_start();
	id = make("a", NULL);
	netns_world_unname(IN_NAMES("a"));
	gate_wait(&gate, 1);
	await(id, INSTANCE_SHUTTING_DOWN, "none");
	netns_read_status(&status);
	assert_int_equal(status.late_releases, 1);
	gate_open(&gate);
	await_gone(id);
	A->on_shutdown = NULL;
	gate_destroy(&gate);
}

/* --- processes ------------------------------------------------------------ */

static void
test_a_process_keeps_what_has_no_name(void **state)
{
	pid_t first, second;
	netid_t id;
	int fd;

	track_start();
	id = make("a", &fd);
	first = netns_world_add_process(fd);
	second = netns_world_add_process(fd);
	(void)close(fd);
	netns_world_unname(IN_NAMES("a"));
	await(id, INSTANCE_ACTIVE, "process");
	netns_world_end_process(first);
	await(id, INSTANCE_ACTIVE, "process");
	netns_world_end_process(second);
	await_gone(id);
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1)");
}

static void
test_a_nameless_one_that_is_named_again_goes_on(void **state)
{
	pid_t pid;
	netid_t id;
	int fd;

	track_start();
	id = make("a", &fd);
	pid = netns_world_add_process(fd);
	netns_world_unname(IN_NAMES("a"));
	await(id, INSTANCE_ACTIVE, "process");
	netns_world_name(IN_NAMES("b"), fd);
	(void)close(fd);
	await_name("b");
	assert_int_equal(id_of("b"), id);
	await(id, INSTANCE_ACTIVE, "name");
	netns_world_end_process(pid);
	netns_world_unname(IN_NAMES("b"));
	await_gone(id);
}

static void
test_one_that_never_had_a_name_is_found_by_its_process(void **state)
{
	char name[32];
	struct netns_identity identity;
	int fd = netns_world_make();
	pid_t pid = netns_world_add_process(fd);
	netid_t id;

	config.scan_interval = 10 * NS_PER_MS;
	assert_int_equal(netns_identify(fd, &identity), 0);
	(void)snprintf(name, sizeof(name), "ns-%" PRIu64, identity.id);
	track_start();
	await_name(name);
	id = id_of(name);
	await(id, INSTANCE_ACTIVE, "process");
	netns_world_name(IN_NAMES("a"), fd);
	await_name("a");
	await_no_name(name);
	assert_int_equal(id_of("a"), id);
	netns_world_unname(IN_NAMES("a"));
	(void)close(fd);
	netns_world_end_process(pid);
	await_gone(id);
}

/* --- home ----------------------------------------------------------------- */

static void
test_a_name_of_home_is_one_of_the_global_instance(void **state)
{
	int fd = netns_open_thread(getpid(), getpid());
	struct instance *global;

	track_start();
	netns_world_name(IN_NAMES("h"), fd);
	netns_world_name(IN_NAMES("global"), fd);
	(void)close(fd);
	global = instance_find_by_name("global");
	assert_int_equal(instance_id(global), GLOBAL_ZONEID);
	instance_release(global);
	netns_world_name(IN_NAMES("z"), netns_world_make());
	await_name("z");
	global = instance_find_by_name("h");
	assert_int_equal(instance_id(global), GLOBAL_ZONEID);
	instance_release(global);
	netns_world_unname(IN_NAMES("global"));
	netns_world_unname(IN_NAMES("z"));
	await_no_name("z");
	global = instance_find_by_name("global");
	assert_true(instance_is_named(global));
	assert_int_equal(instance_state(global), INSTANCE_ACTIVE);
	instance_release(global);
}

/* --- less than everything ------------------------------------------------- */

static void
test_with_hold_never_nothing_is_held(void **state)
{
	netid_t id;
	int fd;

	config.hold = false;
	track_start();
	id = make("a", &fd);
	assert_int_equal(netns_pins_count(), 0);
	netns_world_unname(IN_NAMES("a"));
	await(id, INSTANCE_DOWN, "none");
	(void)close(fd);
	await_gone(id);
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1)");
}

static void
test_without_an_nsid_the_end_is_looked_for(void **state)
{
	netid_t id;
	int fd;

	config.without = BIT(NETNS_NSID);
	config.scan_interval = 10 * NS_PER_MS;
	track_start();
	id = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	await(id, INSTANCE_DOWN, "none");
	(void)close(fd);
	await_gone(id);
}

static void
test_without_a_handle_either_the_two_ends_are_one(void **state)
{
	netid_t id;
	int fd;

	config.without = BIT(NETNS_NSID) | BIT(NETNS_HANDLE);
	track_start();
	id = make("a", &fd);
	netns_world_unname(IN_NAMES("a"));
	await_gone(id);
	assert_diary("a.create(1) a.shutdown(1) a.destroy(1)");
	(void)close(fd);
}

/* The limit stays low: this test is the last. */
static void
test_more_namespaces_than_descriptors(void **state)
{
	struct rlimit low = {FILES_LOW, FILES_LOW};
	struct netns_status status;
	char path[PATH_MAX];
	unsigned i;

	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	track_start();
	for (i = 0; i < MANY; i++) {
		int fd = netns_world_make();

		(void)snprintf(path, sizeof(path), NAMES "/%u", i);
		netns_world_name(path, fd);
		(void)close(fd);
		await_name(path + sizeof(NAMES));
	}
	assert_int_equal(netns_pins_count(), HELD_AT_MOST);
	netns_read_status(&status);
	assert_int_equal(status.namespaces, MANY);
	assert_true(status.unholdable >= MANY - HELD_AT_MOST);
	for (i = 0; i < MANY; i++) {
		(void)snprintf(path, sizeof(path), NAMES "/%u", i);
		netns_world_unname(path);
		await_no_name(path + sizeof(NAMES));
	}
}

/* --- all of them ---------------------------------------------------------- */

#define TRACK_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    test_##test, track_setup_with_actor, track_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TRACK_TEST(a_namespace_with_a_name_is_an_instance_and_ends_with_it),
	    TRACK_TEST(who_keeps_it_open_keeps_it_down),
	    TRACK_TEST(several_names_are_one_instance_until_the_last_goes),
	    TRACK_TEST(the_same_name_made_again_is_another_instance),
	    TRACK_TEST(a_name_for_what_is_down_is_a_new_life_after_the_old_one),
	    TRACK_TEST(a_name_for_what_is_ending_waits_for_its_end),
	    TRACK_TEST(a_callback_that_hangs_keeps_it_until_the_deadline),
	    TRACK_TEST(a_process_keeps_what_has_no_name),
	    TRACK_TEST(a_nameless_one_that_is_named_again_goes_on),
	    TRACK_TEST(one_that_never_had_a_name_is_found_by_its_process),
	    TRACK_TEST(a_name_of_home_is_one_of_the_global_instance),
	    TRACK_TEST(with_hold_never_nothing_is_held),
	    TRACK_TEST(without_an_nsid_the_end_is_looked_for),
	    TRACK_TEST(without_a_handle_either_the_two_ends_are_one),
	    TRACK_TEST(more_namespaces_than_descriptors),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
