/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scarce.c: preloaded into the daemon, it lets the N-th allocation fail, or
 * the N-th call that asks the kernel for something, from when it is told to;
 * see scarce.h. Owns nothing but the page; any thread.
 */
/* The checked forms of these calls would be defined in the headers, too. */
#undef _FORTIFY_SOURCE

#include "scarce.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

#define PUBLIC __attribute__((visibility("default")))

static struct scarce *scarce;

static bool
is_next(bool memory)
{
	int64_t left;

	if (scarce == NULL ||
	    atomic_load(&scarce->memory) != (memory ? 1 : 0) ||
	    atomic_load(&scarce->left) == 0)
		return false;
	left = atomic_fetch_sub(&scarce->left, 1);
	return left <= 1 && left > 1 - atomic_load(&scarce->span);
}

/* errno is what fits this call, unless a test wants another. */
static bool
fails(const char *name, int fitting)
{
	int64_t error;

	if (!is_next(fitting == 0))
		return false;
	error = atomic_load(&scarce->error);
	(void)strncpy(scarce->name, name, SCARCE_NAME - 1);
	(void)atomic_fetch_add(&scarce->failed, 1);
	errno = fitting == 0 ? ENOMEM : error != 0 ? (int)error : fitting;
	return true;
}

/* --- memory --------------------------------------------------------------- */

PUBLIC void *
malloc(size_t size)
{
	return fails("malloc", 0) ? NULL : __libc_malloc(size);
}

PUBLIC void *
calloc(size_t count, size_t size)
{
	return fails("calloc", 0) ? NULL : __libc_calloc(count, size);
}

PUBLIC void *
realloc(void *old, size_t size)
{
	return size > 0 && fails("realloc", 0) ? NULL
					       : __libc_realloc(old, size);
}

PUBLIC void *
reallocarray(void *old, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

PUBLIC void *
aligned_alloc(size_t alignment, size_t size)
{
	return fails("aligned_alloc", 0) ? NULL
					 : __libc_memalign(alignment, size);
}

PUBLIC int
posix_memalign(void **result, size_t alignment, size_t size)
{
	*result = fails("posix_memalign", 0) ? NULL
					     : __libc_memalign(alignment, size);
	return *result != NULL ? 0 : ENOMEM;
}

/* --- the kernel ----------------------------------------------------------- */

/* Each is looked up before there can be a second thread. */
#define REAL(name) real_##name
#define CALL(result, name, fitting, failure, parameters, arguments)            \
	static result(*REAL(name)) parameters;                                 \
	PUBLIC result name parameters                                          \
	{                                                                      \
		if (REAL(name) == NULL)                                        \
			*(void **)&REAL(name) = dlsym(RTLD_NEXT, #name);       \
		return fails(#name, fitting) ? (failure)                       \
					     : REAL(name) arguments;           \
	}
#define NUMBER(name, fitting, parameters, arguments)                           \
	CALL(int, name, fitting, -1, parameters, arguments)
#define SIZE(name, fitting, parameters, arguments)                             \
	CALL(ssize_t, name, fitting, -1, parameters, arguments)

NUMBER(socket, EMFILE, (int domain, int type, int protocol),
    (domain, type, protocol))
NUMBER(accept4, ENFILE,
    (int fd, struct sockaddr *address, socklen_t *size, int flags),
    (fd, address, size, flags))
NUMBER(bind, ENOMEM, (int fd, const struct sockaddr *address, socklen_t size),
    (fd, address, size))
NUMBER(epoll_create1, EMFILE, (int flags), (flags))
NUMBER(epoll_ctl, ENOMEM, (int fd, int what, int of, struct epoll_event *event),
    (fd, what, of, event))
NUMBER(signalfd, EMFILE, (int fd, const sigset_t *set, int flags),
    (fd, set, flags))
NUMBER(inotify_init1, EMFILE, (int flags), (flags))
NUMBER(inotify_add_watch, ENOSPC, (int fd, const char *path, unsigned mask),
    (fd, path, mask))
NUMBER(memfd_create, ENFILE, (const char *name, unsigned flags), (name, flags))
NUMBER(fstat, ENOMEM, (int fd, struct stat *status), (fd, status))
NUMBER(stat, ENOMEM, (const char *path, struct stat *status), (path, status))
NUMBER(lstat, ENOMEM, (const char *path, struct stat *status), (path, status))
NUMBER(fstatat, ENOMEM,
    (int fd, const char *path, struct stat *status, int flags),
    (fd, path, status, flags))
NUMBER(mkdir, ENOSPC, (const char *path, mode_t mode), (path, mode))
NUMBER(ftruncate, ENOSPC, (int fd, off_t size), (fd, size))
NUMBER(fsync, EIO, (int fd), (fd))
NUMBER(fdatasync, EIO, (int fd), (fd))
NUMBER(setns, ENOMEM, (int fd, int kind), (fd, kind))
NUMBER(dup, EMFILE, (int fd), (fd))
SIZE(pread, EIO, (int fd, void *buffer, size_t size, off_t at),
    (fd, buffer, size, at))
SIZE(pwrite, ENOSPC, (int fd, const void *buffer, size_t size, off_t at),
    (fd, buffer, size, at))
SIZE(pread64, EIO, (int fd, void *buffer, size_t size, off_t at),
    (fd, buffer, size, at))
SIZE(pwrite64, ENOSPC, (int fd, const void *buffer, size_t size, off_t at),
    (fd, buffer, size, at))
SIZE(recv, ENOMEM, (int fd, void *buffer, size_t size, int flags),
    (fd, buffer, size, flags))
SIZE(recvmsg, ENOBUFS, (int fd, struct msghdr *message, int flags),
    (fd, message, flags))
SIZE(send, ENOBUFS, (int fd, const void *buffer, size_t size, int flags),
    (fd, buffer, size, flags))
SIZE(sendmsg, ENOBUFS, (int fd, const struct msghdr *message, int flags),
    (fd, message, flags))
CALL(void *, mmap, ENOMEM, MAP_FAILED,
    (void *at, size_t size, int protection, int flags, int fd, off_t offset),
    (at, size, protection, flags, fd, offset))
CALL(FILE *, fopen, EMFILE, NULL, (const char *path, const char *mode),
    (path, mode))
CALL(DIR *, opendir, EMFILE, NULL, (const char *path), (path))
CALL(int, pthread_create, EAGAIN, EAGAIN,
    (pthread_t * made, const pthread_attr_t *attributes, void *(*body)(void *),
	void *arg),
    (made, attributes, body, arg))

/*
 * What the kernel cannot fail at stays well: an eventfd or a pipe that is read
 * or written. So does standard error, which the test itself reads.
 */
#define DESCRIPTORS 4096
static atomic_bool is_sure[DESCRIPTORS];

static void
note_sure(int fd, bool is)
{
	if (fd >= 0 && fd < DESCRIPTORS)
		atomic_store(&is_sure[fd], is);
}

static bool
cannot_fail(int fd)
{
	return fd == STDERR_FILENO || fd < 0 || fd >= DESCRIPTORS ||
	       atomic_load(&is_sure[fd]);
}

static int (*REAL(eventfd))(unsigned start, int flags);
PUBLIC int
eventfd(unsigned start, int flags)
{
	int fd;

	if (REAL(eventfd) == NULL)
		*(void **)&REAL(eventfd) = dlsym(RTLD_NEXT, "eventfd");
	fd = fails("eventfd", EMFILE) ? -1 : REAL(eventfd)(start, flags);
	note_sure(fd, true);
	return fd;
}

static int (*REAL(pipe2))(int ends[2], int flags);
PUBLIC int
pipe2(int ends[2], int flags)
{
	int error;

	if (REAL(pipe2) == NULL)
		*(void **)&REAL(pipe2) = dlsym(RTLD_NEXT, "pipe2");
	error = fails("pipe2", EMFILE) ? -1 : REAL(pipe2)(ends, flags);
	if (error == 0) {
		note_sure(ends[0], true);
		note_sure(ends[1], true);
	}
	return error;
}

static int (*REAL(close))(int fd);
PUBLIC int
close(int fd)
{
	if (REAL(close) == NULL)
		*(void **)&REAL(close) = dlsym(RTLD_NEXT, "close");
	note_sure(fd, false);
	return REAL(close)(fd);
}

static ssize_t (*REAL(read))(int fd, void *buffer, size_t size);
PUBLIC ssize_t
read(int fd, void *buffer, size_t size)
{
	if (REAL(read) == NULL)
		*(void **)&REAL(read) = dlsym(RTLD_NEXT, "read");
	return !cannot_fail(fd) && fails("read", EIO)
		   ? -1
		   : REAL(read)(fd, buffer, size);
}

static ssize_t (*REAL(write))(int fd, const void *buffer, size_t size);
PUBLIC ssize_t
write(int fd, const void *buffer, size_t size)
{
	if (REAL(write) == NULL)
		*(void **)&REAL(write) = dlsym(RTLD_NEXT, "write");
	return !cannot_fail(fd) && fails("write", EIO)
		   ? -1
		   : REAL(write)(fd, buffer, size);
}

/* Those of variable arguments have at most one more, a mode or a pointer. */
#define OPEN(name, parameters, arguments)                                      \
	static int(*REAL(name)) parameters;                                    \
	PUBLIC int name parameters                                             \
	{                                                                      \
		va_list list;                                                  \
		mode_t mode;                                                   \
		va_start(list, flags);                                         \
		mode = va_arg(list, mode_t);                                   \
		va_end(list);                                                  \
		if (REAL(name) == NULL)                                        \
			*(void **)&REAL(name) = dlsym(RTLD_NEXT, #name);       \
		return fails(#name, EMFILE) ? -1 : REAL(name) arguments;       \
	}
OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(
    openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv(SCARCE_ENVIRON);
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *page;

	if (fd < 0)
		return;
	page = mmap(
	    NULL, sizeof(*scarce), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	(void)close(fd);
	if (page != MAP_FAILED)
		scarce = page;
}
