/* SPDX-License-Identifier: Apache-2.0 */
/*
 * namespace.h: network namespaces as the programs of tests/lib make, name and
 * tell them: the calls that `ip netns` makes, without its processes. Whatever
 * fails ends the program. One thread; the process is in the namespace that it
 * made last until it goes home.
 */
#ifndef NETINST_TESTS_LIB_NAMESPACE_H
#define NETINST_TESTS_LIB_NAMESPACE_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMESPACE_PATH_MAX 4096
#define NAMESPACE_OWN	   "/proc/self/ns/net"

/* Linux 6.18; before it, the cookie of a socket says the same (5.14). */
#define NAMESPACE_GET_ID _IOR(0xb7, 13, uint64_t)
#define NAMESPACE_COOKIE 71

_Noreturn static inline void
namespace_fail(const char *what, const char *path)
{
	(void)fprintf(stderr, "%s: %s %s: %s\n", program_invocation_short_name,
	    what, path, strerror(errno));
	exit(1);
}

static inline int
namespace_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		namespace_fail("open", path);
	return fd;
}

/* Of the namespace that the process is in. */
static inline uint64_t
namespace_cookie(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	if (fd < 0 ||
	    getsockopt(fd, SOL_SOCKET, NAMESPACE_COOKIE, &cookie, &size) != 0)
		namespace_fail("cookie", NAMESPACE_OWN);
	(void)close(fd);
	return cookie;
}

/* What the kernel calls the namespace that a path leads to. */
static inline uint64_t
namespace_id(const char *path)
{
	int fd = namespace_open(path);
	uint64_t id;

	if (ioctl(fd, NAMESPACE_GET_ID, &id) != 0) {
		int home = namespace_open(NAMESPACE_OWN);

		if (setns(fd, CLONE_NEWNET) != 0)
			namespace_fail("enter", path);
		id = namespace_cookie();
		if (setns(home, CLONE_NEWNET) != 0)
			namespace_fail("leave", path);
		(void)close(home);
	}
	(void)close(fd);
	return id;
}

/* A new one, which the process is in from now on. */
static inline void
namespace_make(void)
{
	if (unshare(CLONE_NEWNET) != 0)
		namespace_fail("unshare", NAMESPACE_OWN);
}

static inline void
namespace_go_home(int home)
{
	if (setns(home, CLONE_NEWNET) != 0)
		namespace_fail("go home", NAMESPACE_OWN);
}

/* The plain file that a namespace is to be mounted on. */
static inline void
namespace_make_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	if (fd < 0)
		namespace_fail("make", path);
	(void)close(fd);
}

/* Lets path lead where from leads, whatever is there already. */
static inline void
namespace_cover(const char *path, const char *from)
{
	if (mount(from, path, "none", MS_BIND, NULL) != 0)
		namespace_fail("mount on", path);
}

static inline void
namespace_uncover(const char *path)
{
	if (umount2(path, MNT_DETACH) != 0)
		namespace_fail("unmount", path);
}

static inline void
namespace_remove_file(const char *path)
{
	if (unlink(path) != 0)
		namespace_fail("remove", path);
}

#endif
