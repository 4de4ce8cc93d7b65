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

/* The number that an entry of /proc is named by; 0: it is no process. */
static pid_t
netns_proc_pid(const char *name)
{
	char *end;
	long pid;

	if (name[0] < '1' || name[0] > '9')
		return 0;
	pid = strtol(name, &end, 10);
	return *end == '\0' ? (pid_t)pid : 0;
}

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

/* --- the walk ------------------------------------------------------------- */

struct proc_walk {
	netns_proc_visit_fn visit;
	void *arg;
	pid_t self;
	bool go_on;
	int error; /* of what could not be looked at */
};

/* What was found, or why not: processes end, and some may not be looked at. */
static void
walk_note(struct proc_walk *walk, int error)
{
	if (error != -ESRCH && error != -EACCES && error != -EPERM)
		walk->error = error;
}

/* Visits it, unless it is where the thread before was. */
static void
walk_look_at(struct proc_walk *walk, const struct netns_proc_thread *thread,
    struct stat *before)
{
	struct stat status;
	int error = netns_proc_stat(thread, &status);

	if (error != 0) {
		walk_note(walk, error);
		return;
	}
	if (status.st_dev == before->st_dev && status.st_ino == before->st_ino)
		return;
	*before = status;
	walk->go_on =
	    walk->visit(walk->arg, thread, status.st_dev, status.st_ino);
}

/* Whether there may be threads beside the main one. */
static bool
walk_has_threads(const struct proc_walk *walk, pid_t pid)
{
	char path[PATH_SIZE];
	struct stat status;

	if (pid == walk->self)
		return false;
	(void)snprintf(path, sizeof(path), "%d/task", (int)pid);
	return fstatat(dirfd(netns_proc), path, &status, 0) == 0 &&
	       status.st_nlink != TASK_LINKS + 1;
}

static void
walk_threads(struct proc_walk *walk, pid_t pid, struct stat *before)
{
	char path[PATH_SIZE];
	const struct dirent *entry;
	DIR *tasks;
	int fd;

	(void)snprintf(path, sizeof(path), "%d/task", (int)pid);
	fd =
	    openat(dirfd(netns_proc), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	tasks = fd >= 0 ? fdopendir(fd) : NULL;
	if (tasks == NULL) {
		walk_note(walk, errno == ENOENT ? -ESRCH : -errno);
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	while (walk->go_on && (entry = readdir(tasks)) != NULL) {
		struct netns_proc_thread thread = {
		    pid, netns_proc_pid(entry->d_name)};

		if (thread.tid != 0 && thread.tid != pid)
			walk_look_at(walk, &thread, before);
	}
	(void)closedir(tasks);
}

int
netns_proc_walk(netns_proc_visit_fn visit, void *arg)
{
	struct proc_walk walk = {
	    .visit = visit, .arg = arg, .go_on = true, .self = netns_self()};
	const struct dirent *entry;
	int error = netns_proc_open();

	if (error != 0)
		return error;
	rewinddir(netns_proc);
	while (walk.go_on && (errno = 0, entry = readdir(netns_proc)) != NULL) {
		pid_t pid = netns_proc_pid(entry->d_name);
		struct stat before = {.st_ino = 0};

		if (pid == 0)
			continue;
		walk_look_at(
		    &walk, &(struct netns_proc_thread){pid, pid}, &before);
		if (walk.go_on && walk_has_threads(&walk, pid))
			walk_threads(&walk, pid, &before);
	}
	if (walk.go_on && errno != 0)
		walk.error = -errno;
	return walk.error;
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
	return status.st_dev == identity->device &&
		       status.st_ino == identity->inode
		   ? 0
		   : -ESRCH;
}

/* Whether what a pidfd stands for has not ended yet. */
static bool
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
