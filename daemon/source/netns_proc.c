/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_proc.c: reads /proc: one stat() for each process. Holds nothing; netns
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
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	struct stat status;
	int passed_over = 0;
	bool go_on = true;

	if (proc == NULL)
		return -errno;
	while (go_on && (entry = readdir(proc)) != NULL) {
		pid_t pid = netns_proc_pid(entry->d_name);
		int error;

		if (pid == 0)
			continue;
		error = netns_proc_stat(dirfd(proc), pid, &status);
		if (error == 0)
			go_on = visit(arg, pid, status.st_dev, status.st_ino);
		else if (error == -EACCES || error == -EPERM)
			passed_over++;
	}
	(void)closedir(proc);
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
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat status;
	bool there;

	/*
	 * The process may end at any time, and its number be another's. Looked
	 * at in this order, what still lives afterwards is what was looked at.
	 */
	there = pidfd >= 0 && proc >= 0 &&
		netns_proc_stat(proc, pid, &status) == 0 &&
		status.st_dev == identity->device &&
		status.st_ino == identity->inode && netns_proc_lives(pidfd);
	if (proc >= 0)
		(void)close(proc);
	if (there)
		return pidfd;
	if (pidfd >= 0)
		(void)close(pidfd);
	return -ESRCH;
}
