/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failing_disk.c: while the file that FAILING_DISK names exists, one of eight
 * calls that read, write or sync a history fails with EIO.
 */
#undef _FORTIFY_SOURCE /* it would define them, too */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT	__attribute__((visibility("default")))
#define ONE_OF	8
#define HISTORY "/history.db"

static bool
is_history(int fd)
{
	char link[32], path[512];
	ssize_t length;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0)
		return false;
	path[length] = '\0';
	return strstr(path, HISTORY) != NULL;
}

static bool
fails(int fd)
{
	const char *path = getenv("FAILING_DISK");

	if (path == NULL || access(path, F_OK) != 0 || !is_history(fd) ||
	    random() % ONE_OF != 0)
		return false;
	errno = EIO;
	return true;
}

EXPORT ssize_t
pread64(int fd, void *buffer, size_t size, off_t offset)
{
	return fails(fd) ? -1 : syscall(SYS_pread64, fd, buffer, size, offset);
}

EXPORT ssize_t
pwrite64(int fd, const void *buffer, size_t size, off_t offset)
{
	return fails(fd) ? -1 : syscall(SYS_pwrite64, fd, buffer, size, offset);
}

EXPORT int
fdatasync(int fd)
{
	return fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

EXPORT int
fsync(int fd)
{
	return fails(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}
