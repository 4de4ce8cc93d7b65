/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow_disk.c: while the file that SLOW_DISK names exists, whatever waits for
 * the disk waits for three seconds more.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static void
wait_for_disk(void)
{
	const char *path = getenv("SLOW_DISK");

	if (path != NULL && access(path, F_OK) == 0)
		(void)sleep(3);
}

EXPORT int
fdatasync(int fd)
{
	wait_for_disk();
	return (int)syscall(SYS_fdatasync, fd);
}

EXPORT int
fsync(int fd)
{
	wait_for_disk();
	return (int)syscall(SYS_fsync, fd);
}
