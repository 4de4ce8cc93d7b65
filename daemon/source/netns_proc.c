/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_proc.c: reads /proc: one stat() for each process. Owns a descriptor of
 * it, so that who is where can be told even when no other is left; netns
 * thread.
 */
#include "source/netns_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_SIZE 40 /* of "PID/ns/net" */

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

/* The namespace of a process, below the open directory /proc; 0 or -errno. */
static int
netns_proc_stat(int proc, pid_t pid, struct stat *status)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%d/ns/net", (int)pid);
	return fstatat(proc, path, status, 0) == 0 ? 0 : -errno;
}

int
netns_proc_walk(netns_proc_visit_fn visit, void *arg)
{
	struct dirent *entry;
	struct stat status;
	int passed_over = 0, error = netns_proc_open();
	bool go_on = true;

	if (error != 0)
		return error;
	rewinddir(netns_proc);
	while (go_on && (entry = readdir(netns_proc)) != NULL) {
		pid_t pid = netns_proc_pid(entry->d_name);

		if (pid == 0)
			continue;
		error = netns_proc_stat(dirfd(netns_proc), pid, &status);
		if (error == 0)
			go_on = visit(arg, pid, status.st_dev, status.st_ino);
		else if (error == -EACCES || error == -EPERM)
			passed_over++;
	}
	return passed_over;
}

/* Whether the process that a pidfd stands for has not ended yet. */
static bool
netns_proc_lives(int pidfd)
{
	struct pollfd look = {.fd = pidfd, .events = POLLIN};

	return poll(&look, 1, 0) == 0;
}

int
netns_proc_watch(pid_t pid, const struct netns_identity *identity)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int error = pidfd < 0 ? -errno : 0;
	struct stat status;
	bool there;

	/*
	 * The process may end at any time, and its number be another's. Looked
	 * at in this order, what still lives afterwards is what was looked at.
	 */
	there = netns_proc_open() == 0 &&
		netns_proc_stat(dirfd(netns_proc), pid, &status) == 0 &&
		status.st_dev == identity->device &&
		status.st_ino == identity->inode &&
		(pidfd < 0 || netns_proc_lives(pidfd));
	if (there && pidfd >= 0)
		return pidfd;
	if (pidfd >= 0)
		(void)close(pidfd);
	return there && (error == -EMFILE || error == -ENFILE) ? error : -ESRCH;
}
