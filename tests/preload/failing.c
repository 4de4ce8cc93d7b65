/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failing.c: preloaded to a program it makes one call of it fail, when a test
 * says so: the file that FAILING names is a row of numbers, one for each kind
 * of call: how many calls are left until the one that fails; 0: none does.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY, EPOLL_ADD, KINDS };

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

#define PUBLIC __attribute__((visibility("default")))

static _Atomic int64_t *left;

__attribute__((constructor)) static void
failing_start(void)
{
	const char *path = getenv("FAILING");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, KINDS * sizeof(*left), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	left = map != MAP_FAILED ? map : NULL;
	(void)close(fd);
}

static int
fails(int kind)
{
	if (left == NULL || left[kind] <= 0 ||
	    atomic_fetch_sub(&left[kind], 1) != 1)
		return 0;
	errno = ENOMEM;
	return 1;
}

PUBLIC void *
malloc(size_t size)
{
	return fails(MEMORY) ? NULL : __libc_malloc(size);
}

PUBLIC void *
calloc(size_t count, size_t size)
{
	return fails(MEMORY) ? NULL : __libc_calloc(count, size);
}

PUBLIC void *
realloc(void *old, size_t size)
{
	return size > 0 && fails(MEMORY) ? NULL : __libc_realloc(old, size);
}

PUBLIC int
epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
	int (*next)(int, int, int, struct epoll_event *);

	if (what == EPOLL_CTL_ADD && fails(EPOLL_ADD))
		return -1;
	*(void **)&next = dlsym(RTLD_NEXT, "epoll_ctl");
	return next(epoll, what, fd, event);
}
