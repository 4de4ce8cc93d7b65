/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_netns_holders.c: who keeps a network namespace alive, for real: each
 * test has children that hold one in some way, tells who they are without
 * knowing it from them, and sees them go. Needs root. A child ends when its
 * test does, whatever becomes of it.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "exec/thread.h"
#include "lib/clock.h"
#include "source/netns/inspect/netns_holders.h"
#include "source/netns/kernel/netns_kernel.h"
#include "test.h"

#define CHILDREN_MAX 4

/* A child, which has done what it is for and waits for its end. */
struct child {
	pid_t pid;
	int told; /* what it told: a number */
};

static struct child children[CHILDREN_MAX];
static unsigned child_count;

/*
 * Starts a child that calls act, which returns a number to tell, and then stays
 * until it is ended. Returns when the number is there.
 */
static struct child *
child_start(int (*act)(int arg), int arg)
{
	struct child *child = &children[child_count++];
	int pipes[2], told;

	assert_true(child_count <= CHILDREN_MAX);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	child->pid = fork();
	assert_true(child->pid >= 0);
	if (child->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(pipes[0]);
		told = act(arg);
		if (write(pipes[1], &told, sizeof(told)) != sizeof(told))
			_exit(1);
		for (;;)
			(void)pause();
	}
	(void)close(pipes[1]);
	assert_true(read(pipes[0], &child->told, sizeof(child->told)) ==
		    sizeof(child->told));
	(void)close(pipes[0]);
	return child;
}

/* Once; what it held is let go when this returns. */
static void
child_end(struct child *child)
{
	if (child->pid == 0)
		return;
	(void)kill(child->pid, SIGKILL);
	(void)waitpid(child->pid, NULL, 0);
	child->pid = 0;
}

static int
setup(void **state)
{
	child_count = 0;
	return 0;
}

static int
teardown(void **state)
{
	unsigned i;

	for (i = 0; i < child_count; i++)
		child_end(&children[i]);
	return 0;
}

/* --- what children do ----------------------------------------------------- */

static int
act_unshare(int arg)
{
	return unshare(CLONE_NEWNET);
}

static int
act_open(int pid)
{
	return netns_open_thread(pid, pid);
}

static int
act_make_socket(int pid)
{
	int home = netns_open_thread(getpid(), getpid()),
	    fd = netns_open_thread(pid, pid);
	int made = -1;

	if (home >= 0 && fd >= 0 && setns(fd, CLONE_NEWNET) == 0) {
		made = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (setns(home, CLONE_NEWNET) != 0)
			made = -1;
	}
	(void)close(home);
	(void)close(fd);
	return made;
}

static int
act_open_tun(int pid)
{
	int home = netns_open_thread(getpid(), getpid()),
	    fd = netns_open_thread(pid, pid);
	int made = -1;

	if (home >= 0 && fd >= 0 && setns(fd, CLONE_NEWNET) == 0) {
		made = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
		if (setns(home, CLONE_NEWNET) != 0)
			made = -1;
	}
	(void)close(home);
	(void)close(fd);
	return made;
}

/* In a mount namespace of its own; the name has what shells care for. */
#define MOUNTED "/dev/it's here"

static int
act_mount(int pid)
{
	char from[64];
	int fd;

	(void)snprintf(from, sizeof(from), "/proc/%d/ns/net", pid);
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/dev", "tmpfs", 0, NULL) != 0)
		return -1;
	fd = open(MOUNTED, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || close(fd) != 0)
		return -1;
	return mount(from, MOUNTED, NULL, MS_BIND, NULL);
}

static struct thread inside;
static int inside_pipe[2];

static void
thread_body(void *arg)
{
	pid_t tid = gettid();

	if (unshare(CLONE_NEWNET) != 0)
		tid = -1;
	if (write(inside_pipe[1], &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	for (;;)
		(void)pause();
}

/* A thread of it is in a namespace of its own; tells which. */
static int
act_thread(int arg)
{
	pid_t tid = -1;

	if (pipe2(inside_pipe, O_CLOEXEC) != 0 ||
	    thread_start(&inside, "inside", thread_body, NULL) != 0 ||
	    read(inside_pipe[0], &tid, sizeof(tid)) != sizeof(tid))
		return -1;
	return tid;
}

/* More descriptors than are told of one namespace. */
static int
act_open_many(int pid)
{
	struct rlimit limit = {2 * NETNS_HOLDERS_MAX, 2 * NETNS_HOLDERS_MAX};
	int i;

	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		return -1;
	for (i = 0; i < NETNS_HOLDERS_MAX + 10; i++)
		if (netns_open_thread(pid, pid) < 0)
			return -1;
	return 0;
}

/* --- helpers -------------------------------------------------------------- */

/* The namespace of a task: "PID" or "PID/task/TID". */
static struct netns_identity
identity_of(const char *task)
{
	struct netns_identity identity;
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%s/ns/net", task);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(netns_identify(fd, &identity), 0);
	assert_int_equal(close(fd), 0);
	return identity;
}

static struct netns_identity
identity_of_child(const struct child *child)
{
	char task[32];

	(void)snprintf(task, sizeof(task), "%d", child->pid);
	return identity_of(task);
}

/* Of the test: others on the machine may be looking at namespaces, too. */
static bool
is_ours(pid_t pid)
{
	unsigned i;

	for (i = 0; i < child_count; i++)
		if (children[i].pid == pid)
			return true;
	return pid == getpid();
}

/* What is found, without what is not the test's. */
static struct netns_holders *
find(const struct netns_identity *identity)
{
	struct netns_holders *found = netns_holders_find(identity, NULL);
	size_t i, kept = 0;

	assert_non_null(found);
	assert_false(found->more);
	for (i = 0; i < found->count; i++) {
		struct netns_holder holder = found->list[i];

		if (is_ours(holder.pid)) {
			found->list[i] = found->list[kept];
			found->list[kept++] = holder;
		}
	}
	for (i = kept; i < found->count; i++) {
		free(found->list[i].command);
		free(found->list[i].path);
		free(found->list[i].remedy);
	}
	found->count = kept;
	return found;
}

/* The one holder there is. */
static const struct netns_holder *
only(const struct netns_holders *found, enum netns_holder_kind kind, pid_t pid)
{
	assert_int_equal(found->count, 1);
	assert_string_equal(netns_holder_kind_name(found->list[0].kind),
	    netns_holder_kind_name(kind));
	assert_int_equal(found->list[0].pid, pid);
	return &found->list[0];
}

static void
assert_gone(const struct netns_identity *identity)
{
	struct netns_holders *found = find(identity);

	assert_int_equal(found->count, 0);
	netns_holders_drop(found);
}

/* What would free it is to end that process. */
static void
assert_kills(const struct netns_holder *holder, const struct child *child)
{
	char remedy[32];

	(void)snprintf(remedy, sizeof(remedy), "kill %d", child->pid);
	assert_string_equal(holder->remedy, remedy);
	assert_non_null(strstr(holder->command, "test_netns_holders"));
	assert_int_equal(holder->user, getuid());
	assert_true(holder->age >= 0 && holder->age < 3600 * NS_PER_SEC);
}

/* --- tests ---------------------------------------------------------------- */

static void
test_a_process_in_it_is_found(void **state)
{
	struct child *child = child_start(act_unshare, 0);
	struct netns_identity identity = identity_of_child(child);
	struct netns_holders *found = find(&identity);
	const struct netns_holder *holder =
	    only(found, NETNS_HOLDER_PROCESS, child->pid);

	assert_int_equal(child->told, 0);
	assert_int_equal(holder->threads, 1);
	assert_int_equal(holder->tid, 0);
	assert_kills(holder, child);
	netns_holders_drop(found);
	child_end(child);
	assert_gone(&identity);
}

/* Ticks are hundredths of a second; a child that has just begun has none. */
static void
test_the_age_of_a_process_goes_with_the_clock(void **state)
{
	struct child *child = child_start(act_unshare, 0);
	struct netns_identity identity = identity_of_child(child);
	int64_t begun = clock_monotonic(), age = 0;

	while (age < 2 * NS_PER_SEC / 10 &&
	       clock_monotonic() - begun < 60 * NS_PER_SEC) {
		struct netns_holders *found = find(&identity);

		age = only(found, NETNS_HOLDER_PROCESS, child->pid)->age;
		netns_holders_drop(found);
	}
	assert_true(age >= 2 * NS_PER_SEC / 10);
	/* A tick more: it began between two. */
	assert_true(
	    age <= clock_monotonic() - begun + NS_PER_SEC / 10 + NS_PER_SEC);
}

static void
test_an_open_descriptor_is_found(void **state)
{
	struct child *first = child_start(act_unshare, 0);
	struct child *second = child_start(act_open, first->pid);
	struct netns_identity identity = identity_of_child(first);
	struct netns_holders *found = find(&identity);
	const struct netns_holder *holder;

	assert_int_equal(found->count, 2);
	assert_int_equal(found->list[0].kind, NETNS_HOLDER_PROCESS);
	assert_int_equal(found->list[1].kind, NETNS_HOLDER_DESCRIPTOR);
	netns_holders_drop(found);
	child_end(first);
	found = find(&identity);
	holder = only(found, NETNS_HOLDER_DESCRIPTOR, second->pid);
	assert_int_equal(holder->fd, second->told);
	assert_kills(holder, second);
	netns_holders_drop(found);
	child_end(second);
	assert_gone(&identity);
}

/* A socket of either kind, whose owner is elsewhere. */
static void
assert_socket_is_found(int (*act)(int pid))
{
	struct child *first = child_start(act_unshare, 0);
	struct child *second = child_start(act, first->pid);
	struct netns_identity identity = identity_of_child(first);
	struct netns_holders *found;
	const struct netns_holder *holder;

	assert_true(second->told >= 0);
	child_end(first);
	found = find(&identity);
	holder = only(found, NETNS_HOLDER_SOCKET, second->pid);
	assert_int_equal(holder->fd, second->told);
	assert_kills(holder, second);
	netns_holders_drop(found);
	child_end(second);
	assert_gone(&identity);
}

static void
test_a_socket_made_inside_is_found(void **state)
{
	assert_socket_is_found(act_make_socket);
}

static void
test_an_open_tun_device_is_found(void **state)
{
	assert_socket_is_found(act_open_tun);
}

static void
test_a_mount_in_another_mount_namespace_is_found(void **state)
{
	struct child *first = child_start(act_unshare, 0);
	struct child *second = child_start(act_mount, first->pid);
	struct netns_identity identity = identity_of_child(first);
	struct netns_holders *found;
	const struct netns_holder *holder;
	struct stat status;
	char text[128];

	assert_int_equal(second->told, 0);
	child_end(first);
	found = find(&identity);
	holder = only(found, NETNS_HOLDER_MOUNT, second->pid);
	assert_string_equal(holder->path, MOUNTED);
	(void)snprintf(text, sizeof(text), "/proc/%d/ns/mnt", second->pid);
	assert_int_equal(stat(text, &status), 0);
	assert_true(holder->mounts == status.st_ino);
	(void)snprintf(text, sizeof(text),
	    "umount -N %d -l $'/dev/it\\'s here'", second->pid);
	assert_string_equal(holder->remedy, text);
	netns_holders_drop(found);
	child_end(second);
	assert_gone(&identity);
}

static void
test_a_thread_in_it_is_told_from_its_process(void **state)
{
	struct child *child = child_start(act_thread, 0);
	struct netns_identity identity;
	struct netns_holders *found;
	char task[64];

	assert_true(child->told > 0);
	(void)snprintf(
	    task, sizeof(task), "%d/task/%d", child->pid, child->told);
	identity = identity_of(task);
	found = find(&identity);
	assert_int_equal(
	    only(found, NETNS_HOLDER_THREAD, child->pid)->tid, child->told);
	assert_kills(&found->list[0], child);
	netns_holders_drop(found);
	child_end(child);
	assert_gone(&identity);
}

static void
test_what_the_daemon_itself_left_is_shown_as_its_own(void **state)
{
	struct child *child = child_start(act_unshare, 0);
	struct netns_identity identity = identity_of_child(child);
	int fd = netns_open_thread(child->pid, child->pid);
	struct netns_holders *found;
	const struct netns_holder *holder;

	assert_true(fd >= 0);
	child_end(child);
	found = find(&identity);
	holder = only(found, NETNS_HOLDER_OWN, getpid());
	assert_string_equal(holder->reason, "open");
	assert_int_equal(holder->fd, fd);
	assert_null(holder->remedy);
	netns_holders_drop(found);
	assert_int_equal(close(fd), 0);
	assert_gone(&identity);
}

static void
test_no_more_is_told_than_the_limit(void **state)
{
	struct child *first = child_start(act_unshare, 0);
	struct child *second = child_start(act_open_many, first->pid);
	struct netns_identity identity = identity_of_child(first);
	struct netns_holders *found;

	assert_int_equal(second->told, 0);
	found = netns_holders_find(&identity, NULL);
	assert_int_equal(found->count, NETNS_HOLDERS_MAX);
	assert_true(found->more);
	netns_holders_drop(found);
}

static bool
at_once(void)
{
	return true;
}

static void
test_a_walk_ends_early_when_it_is_told(void **state)
{
	struct child *child = child_start(act_unshare, 0);
	struct netns_identity identity = identity_of_child(child);
	struct netns_holders *found = netns_holders_find(&identity, at_once);

	assert_int_equal(found->count, 0);
	assert_true(found->more);
	netns_holders_drop(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_a_process_in_it_is_found, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_the_age_of_a_process_goes_with_the_clock, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_an_open_descriptor_is_found, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_socket_made_inside_is_found, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_an_open_tun_device_is_found, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_mount_in_another_mount_namespace_is_found, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_thread_in_it_is_told_from_its_process, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_what_the_daemon_itself_left_is_shown_as_its_own, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_no_more_is_told_than_the_limit, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_walk_ends_early_when_it_is_told, setup, teardown),
	};

	netns_features_probe(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
