/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_process.c: who is in a namespace: processes whose main thread has
 * ended, threads that are elsewhere than their process, and who goes in and
 * comes out without a word. The netns thread runs as in the daemon.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "source/netns/kernel/netns_kernel.h"
#include "source/netns/kernel/netns_proc.h"
#include "source/netns/netns_ref.h"
#include "track_fixture.h"

/* More than there may be on the machine while others test, too. */
#define IDS_MAX 1024

/* Of the thread sanitizer: a child has threads of its own, and does little. */
const char *__tsan_default_options(void);
__attribute__((visibility("default"))) const char *
__tsan_default_options(void)
{
	return "die_after_fork=0";
}

/* --- what there is -------------------------------------------------------- */

/* An instance of that namespace in that state, which is none of these ids. */
struct wanted {
	struct netns_identity identity;
	enum instance_state state;
	const char *hold;
	netid_t not ;
	netid_t id; /* what was found */
};

static bool
is_wanted(struct wanted *wanted, struct instance *instance)
{
	struct netns_view view;

	return netns_describe(instance, &view) &&
	       view.id == wanted->identity.id &&
	       instance_id(instance) !=
		   wanted->not &&instance_state(instance) == wanted->state &&
	       strcmp(view.hold, wanted->hold) == 0;
}

static bool
is_found(void *arg)
{
	struct wanted *wanted = arg;
	netid_t id;

	wanted->id = 0;
	for (id = 1; id < IDS_MAX && wanted->id == 0; id++) {
		struct instance *instance = instance_find(id);

		if (instance == NULL)
			continue;
		if (is_wanted(wanted, instance))
			wanted->id = id;
		instance_release(instance);
	}
	return wanted->id != 0;
}

/* Waits for it; returns its id. */
static netid_t
await(int fd, enum instance_state state, const char *hold, netid_t not )
{
	struct wanted wanted = {.state = state, .hold = hold, .not = not };

	assert_int_equal(netns_identify(fd, &wanted.identity), 0);
	wait_until(is_found, &wanted);
	return wanted.id;
}

/* --- what is made --------------------------------------------------------- */

/* What a child does: it is told by a byte, and tells by one. */
struct child {
	pid_t pid;
	int told, tells;
};

static void
child_say(int fd)
{
	if (write(fd, "", 1) != 1)
		_exit(1);
}

static void
child_hear(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1)
		_exit(1);
}

static void
child_start(
    struct child *child, int space, void (*body)(int space, int in, int out))
{
	int in[2], out[2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	child->pid = fork();
	assert_true(child->pid >= 0);
	if (child->pid == 0) {
		/* Also when the test fails. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(space, in[0], out[1]);
		_exit(1);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	child->told = in[1];
	child->tells = out[0];
	child_hear(child->tells);
}

static void
child_end(struct child *child)
{
	netns_world_end_process(child->pid);
	(void)close(child->told);
	(void)close(child->tells);
}

static int child_space, child_out;

static void *
stay(void *arg)
{
	if (child_space >= 0 && setns(child_space, CLONE_NEWNET) != 0)
		_exit(1);
	if (child_space >= 0)
		(void)close(child_space);
	child_say(child_out);
	for (;;)
		(void)pause();
	return NULL;
}

static void
start_thread(int space, int out)
{
	pthread_t thread;

	child_space = space;
	child_out = out;
	if (pthread_create(&thread, NULL, stay, NULL) != 0)
		_exit(1);
}

/* The main thread goes inside, makes another one, and ends. */
static void
main_thread_ends(int space, int in, int out)
{
	if (setns(space, CLONE_NEWNET) != 0)
		_exit(1);
	(void)close(space);
	start_thread(-1, out);
	pthread_exit(NULL);
}

/* Only another thread goes inside. */
static void
thread_goes_inside(int space, int in, int out)
{
	start_thread(space, out);
	child_hear(in);
}

/* Goes inside, and when it is told comes out again, and lives. */
static void
goes_in_and_out(int space, int in, int out)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (setns(space, CLONE_NEWNET) != 0)
		_exit(1);
	(void)close(space);
	child_say(out);
	child_hear(in);
	if (setns(home, CLONE_NEWNET) != 0)
		_exit(1);
	child_say(out);
	child_hear(in);
}

/* Goes inside when it is told. */
static void
goes_in(int space, int in, int out)
{
	child_say(out);
	child_hear(in);
	if (setns(space, CLONE_NEWNET) != 0)
		_exit(1);
	(void)close(space);
	child_say(out);
	child_hear(in);
}

/* --- tests ---------------------------------------------------------------- */

static void
a_process_whose_main_thread_has_ended_keeps_it(void **state)
{
	int fd = netns_world_make();
	struct child child;
	netid_t id;

	track_start();
	netns_world_name(IN_NAMES("a"), fd);
	id = await(fd, INSTANCE_ACTIVE, "name", 0);
	child_start(&child, fd, main_thread_ends);
	netns_world_unname(IN_NAMES("a"));
	assert_int_equal(await(fd, INSTANCE_ACTIVE, "process", 0), id);
	child_end(&child);
	assert_int_equal(await(fd, INSTANCE_DOWN, "none", 0), id);
	(void)close(fd);
}

static void
a_thread_elsewhere_keeps_it(void **state)
{
	int fd = netns_world_make();
	struct child child;
	netid_t id;

	track_start();
	netns_world_name(IN_NAMES("a"), fd);
	id = await(fd, INSTANCE_ACTIVE, "name", 0);
	child_start(&child, fd, thread_goes_inside);
	netns_world_unname(IN_NAMES("a"));
	assert_int_equal(await(fd, INSTANCE_ACTIVE, "process", 0), id);
	child_end(&child);
	assert_int_equal(await(fd, INSTANCE_DOWN, "none", 0), id);
	(void)close(fd);
}

static void
what_only_a_thread_is_in_is_found(void **state)
{
	int fd = netns_world_make();
	struct child child;

	config.scan_interval = 10 * NS_PER_MS;
	child_start(&child, fd, thread_goes_inside);
	track_start();
	(void)await(fd, INSTANCE_ACTIVE, "process", 0);
	child_end(&child);
	(void)await(fd, INSTANCE_DOWN, "none", 0);
	(void)close(fd);
}

/* No scan comes, and no event. */
static void
who_leaves_and_lives_on_does_not_keep_it(void **state)
{
	int fd = netns_world_make();
	struct child child;
	netid_t id;

	track_start();
	netns_world_name(IN_NAMES("a"), fd);
	id = await(fd, INSTANCE_ACTIVE, "name", 0);
	child_start(&child, fd, goes_in_and_out);
	netns_world_unname(IN_NAMES("a"));
	assert_int_equal(await(fd, INSTANCE_ACTIVE, "process", 0), id);
	child_say(child.told);
	child_hear(child.tells);
	assert_int_equal(await(fd, INSTANCE_DOWN, "none", 0), id);
	wait_until(nothing_is_pinned, NULL);
	child_end(&child);
	(void)close(fd);
}

static void
who_enters_what_is_down_begins_a_new_life(void **state)
{
	int fd = netns_world_make();
	struct child child;
	netid_t first, second;

	config.scan_interval = 10 * NS_PER_MS;
	track_start();
	netns_world_name(IN_NAMES("a"), fd);
	first = await(fd, INSTANCE_ACTIVE, "name", 0);
	child_start(&child, fd, goes_in);
	netns_world_unname(IN_NAMES("a"));
	(void)await(fd, INSTANCE_DOWN, "none", 0);
	child_say(child.told);
	child_hear(child.tells);
	second = await(fd, INSTANCE_ACTIVE, "process", first);
	assert_true(second > first);
	child_end(&child);
	assert_int_equal(await(fd, INSTANCE_DOWN, "none", first), second);
	(void)close(fd);
}

/* --- what is asked of /proc ----------------------------------------------- */

static bool
find_self(void *arg, const struct netns_proc_thread *thread, dev_t device,
    ino_t inode)
{
	if (thread->pid == getpid())
		++*(unsigned *)arg;
	return true;
}

static void *
walk_from_elsewhere(void *arg)
{
	int fd = netns_world_make();

	assert_int_equal(netns_enter(fd), 0);
	assert_int_equal(netns_proc_walk(find_self, arg), 0);
	(void)close(fd);
	return NULL;
}

static void
threads_of_the_daemon_do_not_count(void **state)
{
	unsigned found = 0;
	pthread_t thread;

	assert_int_equal(netns_proc_open(), 0);
	assert_int_equal(
	    pthread_create(&thread, NULL, walk_from_elsewhere, &found), 0);
	(void)pthread_join(thread, NULL);
	assert_int_equal(found, 1);
	netns_proc_close();
}

#define PROCESS_TEST(test)                                                     \
	cmocka_unit_test_setup_teardown(                                       \
	    test, track_setup_with_actor, track_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PROCESS_TEST(a_process_whose_main_thread_has_ended_keeps_it),
	    PROCESS_TEST(a_thread_elsewhere_keeps_it),
	    PROCESS_TEST(what_only_a_thread_is_in_is_found),
	    PROCESS_TEST(who_leaves_and_lives_on_does_not_keep_it),
	    PROCESS_TEST(who_enters_what_is_down_begins_a_new_life),
	    PROCESS_TEST(threads_of_the_daemon_do_not_count),
	};

	netns_world_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
