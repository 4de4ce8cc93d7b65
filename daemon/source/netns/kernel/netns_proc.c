/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_proc.c: reads /proc: two calls of stat() for each process, one more for
 * each thread beside the main one. Owns a descriptor of it, so that who is
 * where can be told even when no other is left; netns thread.
 */
#include "source/netns/kernel/netns_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "source/netns/kernel/netns_abi.h"

#define PATH_SIZE 64 /* of "PID/task/TID/ns/net" */
/* Links of /proc/PID/task beside its threads. */
#define TASK_LINKS 2

static DIR *netns_proc; /* NULL: not opened */

int
netns_proc_open(void)
{
	if (netns_proc == NULL)
		netns_proc = opendir("/proc");
	return netns_proc != NULL ? 0 : -errno;
}

void
netns_proc_close(void)
{
	if (netns_proc != NULL)
		(void)closedir(netns_proc);
	netns_proc = NULL;
}

/* --- numbers -------------------------------------------------------------- */

/* The number that an entry is named by; -1: by none. */
static int
number_read(const char *name)
{
	char *end;
	long number;

	if (name[0] < '0' || name[0] > '9')
		return -1;
	number = strtol(name, &end, 10);
	return *end == '\0' ? (int)number : -1;
}

static int
numbers_visit(DIR *directory, netns_proc_number_fn visit, void *arg)
{
	const struct dirent *entry;
	bool go_on = true;

	while (go_on && (errno = 0, entry = readdir(directory)) != NULL) {
		int number = number_read(entry->d_name);

		if (number >= 0)
			go_on = visit(arg, dirfd(directory), number);
	}
	return go_on ? -errno : 0;
}

int
netns_proc_numbers(
    int at, const char *path, netns_proc_number_fn visit, void *arg)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error;
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

	if (directory == NULL) {
		error = -errno;
		if (fd >= 0)
			(void)close(fd);
		return error;
	}
	error = numbers_visit(directory, visit, arg);
	(void)closedir(directory);
	return error;
}

/* --- the walk ------------------------------------------------------------- */

/*
 * The namespace of a thread; 0 or -errno, where -ESRCH stands for all ways in
 * which the kernel says that it has ended.
 */
static int
netns_proc_stat(const struct netns_proc_thread *thread, struct stat *status)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%d/task/%d/ns/net",
	    (int)thread->pid, (int)thread->tid);
	if (fstatat(dirfd(netns_proc), path, status, 0) == 0)
		return 0;
	return errno == ENOENT ? -ESRCH : -errno;
}

struct proc_walk {
	netns_proc_visit_fn visit;
	void *arg;
	pid_t self;
	pid_t pid;	    /* the process that is looked at */
	struct stat before; /* where its thread before was */
	bool go_on;
	int error; /* of what could not be looked at */
};

/* 0, or why not: processes end, and some may not be looked at. */
static void
walk_note(struct proc_walk *walk, int error)
{
	if (error != 0 && error != -ESRCH && error != -EACCES &&
	    error != -EPERM)
		walk->error = error;
}

/* Visits it, unless it is where the thread before was. */
static void
walk_look_at(struct proc_walk *walk, pid_t tid)
{
	const struct netns_proc_thread thread = {walk->pid, tid};
	struct stat status;
	int error = netns_proc_stat(&thread, &status);

	if (error != 0) {
		walk_note(walk, error);
		return;
	}
	if (status.st_dev == walk->before.st_dev &&
	    status.st_ino == walk->before.st_ino)
		return;
	walk->before = status;
	walk->go_on =
	    walk->visit(walk->arg, &thread, status.st_dev, status.st_ino);
}

/* Whether there may be threads beside the main one. */
static bool
walk_has_threads(const struct proc_walk *walk, const char *path)
{
	struct stat status;

	return walk->pid != walk->self &&
	       fstatat(dirfd(netns_proc), path, &status, 0) == 0 &&
	       status.st_nlink != TASK_LINKS + 1;
}

/* A netns_proc_number_fn. */
static bool
walk_thread(void *arg, int at, int tid)
{
	struct proc_walk *walk = arg;

	(void)at;
	if (tid != walk->pid)
		walk_look_at(walk, tid);
	return walk->go_on;
}

/* A netns_proc_number_fn. */
static bool
walk_process(void *arg, int at, int pid)
{
	struct proc_walk *walk = arg;
	char path[PATH_SIZE];
	int error;

	walk->pid = pid;
	walk->before = (struct stat){.st_ino = 0};
	walk_look_at(walk, pid);
	(void)snprintf(path, sizeof(path), "%d/task", pid);
	if (!walk->go_on || !walk_has_threads(walk, path))
		return walk->go_on;
	error = netns_proc_numbers(at, path, walk_thread, walk);
	walk_note(walk, error == -ENOENT ? -ESRCH : error);
	return walk->go_on;
}

int
netns_proc_walk(netns_proc_visit_fn visit, void *arg)
{
	struct proc_walk walk = {
	    .visit = visit, .arg = arg, .go_on = true, .self = netns_self()};
	int error = netns_proc_open();

	if (error != 0)
		return error;
	rewinddir(netns_proc);
	error = numbers_visit(netns_proc, walk_process, &walk);
	return error != 0 ? error : walk.error;
}

/* --- one of them ---------------------------------------------------------- */

int
netns_proc_is_in(const struct netns_proc_thread *thread,
    const struct netns_identity *identity)
{
	struct stat status;
	int error = netns_proc_open();

	if (error == 0)
		error = netns_proc_stat(thread, &status);
	if (error != 0)
		return error;
	return netns_is_at(identity, status.st_dev, status.st_ino) ? 0 : -ESRCH;
}

bool
netns_proc_lives(int pidfd)
{
	struct pollfd look = {.fd = pidfd, .events = POLLIN};

	return poll(&look, 1, 0) == 0;
}

static int
netns_proc_open_pidfd(const struct netns_proc_thread *thread)
{
	int fd = (int)syscall(SYS_pidfd_open, thread->tid, NETNS_PIDFD_THREAD);

	if (fd < 0 && errno == EINVAL)
		fd = (int)syscall(SYS_pidfd_open, thread->pid, 0);
	return fd >= 0 ? fd : -errno;
}

int
netns_proc_watch(const struct netns_proc_thread *thread,
    const struct netns_identity *identity)
{
	int pidfd = netns_proc_open_pidfd(thread);
	/*
	 * The thread may end at any time, and its number be another's. Looked
	 * at in this order, what still lives afterwards is what was looked at.
	 */
	int error = netns_proc_is_in(thread, identity);

	if (error == 0 && pidfd >= 0 && !netns_proc_lives(pidfd))
		error = -ESRCH;
	if (error == 0)
		return pidfd;
	if (pidfd >= 0)
		(void)close(pidfd);
	return -ESRCH;
}
