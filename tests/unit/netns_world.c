/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_world.c: makes and mounts network namespaces as iproute2 does, in a
 * mount namespace that the test program has for itself. Every step that fails
 * ends the test.
 */
#include "netns_world.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "source/netns/kernel/netns_kernel.h"
#include "test.h"

#define PROC_PATH_MAX 64

void
netns_world_enter(void)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
		perror("a mount namespace of our own (this test runs as root)");
		exit(1);
	}
}

int
netns_world_setup(void **state)
{
	netns_features_probe(0);
	(void)mkdir(NETNS_WORLD, 0755);
	return mount("world", NETNS_WORLD, "tmpfs", 0, "mode=0755");
}

int
netns_world_teardown(void **state)
{
	return umount2(NETNS_WORLD, MNT_DETACH);
}

int
netns_world_make(void)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int fd;

	assert_true(home >= 0);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	assert_true(fd >= 0);
	(void)close(home);
	return fd;
}

void
netns_world_touch(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)close(fd);
}

void
netns_world_mount(const char *path, int fd)
{
	char from[PROC_PATH_MAX];

	(void)snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	assert_int_equal(mount(from, path, NULL, MS_BIND, NULL), 0);
}

void
netns_world_name(const char *path, int fd)
{
	netns_world_touch(path);
	netns_world_mount(path, fd);
}

void
netns_world_unname(const char *path)
{
	assert_int_equal(umount2(path, MNT_DETACH), 0);
	assert_int_equal(unlink(path), 0);
}

pid_t
netns_world_add_process(int fd)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if ((fd >= 0 ? netns_enter(fd) : unshare(CLONE_NEWNET)) == 0 &&
		    write(ready[1], "", 1) == 1)
			for (;;)
				(void)pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	return pid;
}

void
netns_world_end_process(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}
