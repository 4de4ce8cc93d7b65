/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rooted.c: becomes a command whose root directory is also the root of its
 * mount namespace. Below a plain chroot it is not: entering a mount namespace
 * leaves the chroot, and the propagation of "/" cannot be changed. Where it is
 * already, and for those who may not change that, it only becomes the command.
 *
 *   rooted COMMAND [ARGUMENT]...
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OWN_MOUNTS "/proc/self/ns/mnt"

static bool
is_same_directory(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The directory at a path becomes the root of a mount namespace of our own. */
static bool
take_root(const char *path)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(path, path, NULL, MS_BIND | MS_REC, NULL) == 0 &&
	       chdir(path) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
	       umount2(".", MNT_DETACH) == 0 && chdir("/") == 0;
}

/*
 * False when it went wrong half-way. Entering the mount namespace that one is
 * in leads to its root, where the path of what was the root can be known.
 */
static bool
make_rooted(void)
{
	char here[PATH_MAX], path[PATH_MAX];
	int mounts, outer, inner;

	inner = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mounts = open(OWN_MOUNTS, O_RDONLY | O_CLOEXEC);
	if (inner < 0 || mounts < 0 || getcwd(here, sizeof(here)) == NULL ||
	    setns(mounts, CLONE_NEWNS) != 0)
		return true;
	outer = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return outer >= 0 &&
	       (is_same_directory(inner, outer) ||
		   (fchdir(inner) == 0 && getcwd(path, sizeof(path)) != NULL &&
		       take_root(path))) &&
	       chdir(here) == 0;
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		(void)fprintf(stderr, "usage: rooted COMMAND [ARGUMENT]...\n");
		return 2;
	}
	if (!make_rooted()) {
		(void)fprintf(stderr, "rooted: %s\n", strerror(errno));
		return 2;
	}
	(void)execvp(argv[1], argv + 1);
	(void)fprintf(stderr, "rooted: %s: %s\n", argv[1], strerror(errno));
	return 127;
}
