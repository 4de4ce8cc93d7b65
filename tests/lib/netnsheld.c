/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netnsheld.c: what a process has in which network namespace, asked from
 * outside. One line each, with the inode of the namespace:
 *
 *   netnsheld PID
 *
 *   thread INODE TID       a thread that is in it
 *   descriptor INODE FD    a descriptor that is open on it
 *   socket INODE FD        a socket that was made in it
 *
 * A descriptor or thread that goes meanwhile is passed over.
 */
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SOCKET_GET_NAMESPACE 0x894c	  /* SIOCGSKNS, Linux 4.9 */
#define NAMESPACE_GET_TYPE   _IO(0xb7, 3) /* NS_GET_NSTYPE, Linux 4.11 */

static int process; /* a pidfd */

static void
tell(const char *what, unsigned long inode, const char *which)
{
	(void)printf("%s %lu %s\n", what, inode, which);
}

static void
look_at_thread(int directory, const char *name)
{
	struct stat status;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/ns/net", name);
	if (fstatat(directory, path, &status, 0) == 0)
		tell("thread", (unsigned long)status.st_ino, name);
}

static void
look_at_namespace(int space, const char *what, const char *name)
{
	struct stat status;

	if (fstat(space, &status) == 0)
		tell(what, (unsigned long)status.st_ino, name);
}

/* Looks at a copy: a path may lead elsewhere by now. */
static void
look_at_descriptor(int directory, const char *name)
{
	int fd = (int)syscall(
	    SYS_pidfd_getfd, process, (int)strtol(name, NULL, 10), 0);
	struct stat status;
	int space;

	if (fd < 0 || fstat(fd, &status) != 0)
		return;
	if (S_ISSOCK(status.st_mode)) {
		space = ioctl(fd, SOCKET_GET_NAMESPACE);
		if (space >= 0)
			look_at_namespace(space, "socket", name);
		(void)close(space);
	} else if (ioctl(fd, NAMESPACE_GET_TYPE) == CLONE_NEWNET) {
		look_at_namespace(fd, "descriptor", name);
	}
	(void)close(fd);
}

static void
look_at_all(const char *pid, const char *what,
    void (*look)(int directory, const char *name))
{
	struct dirent *entry;
	char path[64];
	DIR *all;

	(void)snprintf(path, sizeof(path), "/proc/%s/%s", pid, what);
	all = opendir(path);
	if (all == NULL) {
		(void)fprintf(stderr, "netnsheld: no process %s\n", pid);
		exit(1);
	}
	while ((entry = readdir(all)) != NULL)
		if (entry->d_name[0] != '.')
			look(dirfd(all), entry->d_name);
	(void)closedir(all);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		(void)fprintf(stderr, "usage: netnsheld PID\n");
		return 2;
	}
	process =
	    (int)syscall(SYS_pidfd_open, (pid_t)strtol(argv[1], NULL, 10), 0);
	look_at_all(argv[1], "task", look_at_thread);
	look_at_all(argv[1], "fd", look_at_descriptor);
	return 0;
}
