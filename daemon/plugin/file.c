/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.c: finds, opens and copies the files of plugins.
 *
 * A plugin is loaded from a copy, never from its own file: writing to a file
 * that is mapped (cp over it) would pull the code from under the daemon, and
 * the dynamic linker takes a second load of one file for the first. What is
 * checked and what is copied is the same open file.
 */
#include "plugin/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "plugin/descriptor.h"
#include "plugin/text.h"
#include "plugin/trust.h"

/* Makes the names of copies unique for the daemon's life. */
static _Atomic unsigned long copies;

/* The C library's headers may be older than the kernel. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

static int
file_refuse_length(struct refusal *refusal)
{
	return refusal_set(refusal, -ENOENT,
	    "move the plugin to a shorter path",
	    "the path is longer than %d bytes", PLUGIN_PATH_MAX);
}

static int
file_find_path(
    const char *what, char path[PLUGIN_PATH_MAX + 1], struct refusal *refusal)
{
	char here[PATH_MAX] = "";
	int length;

	/* Directories are checked from the root on. */
	if (what[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return refusal_set(refusal, -ENOENT, "give an absolute path",
		    "there is no working directory for %s to start from", what);
	/* So that its messages name it as people do. */
	while (strncmp(what, "./", 2) == 0)
		what += 2 + strspn(what + 2, "/");
	if (strcmp(here, "/") == 0)
		here[0] = '\0';
	length = snprintf(path, PLUGIN_PATH_MAX + 1, "%s%s%s", here,
	    what[0] == '/' ? "" : "/", what);
	if (length < 0 || length > PLUGIN_PATH_MAX)
		return file_refuse_length(refusal);
	return 0;
}

int
file_find(const char *directory, const char *what,
    char path[PLUGIN_PATH_MAX + 1], struct refusal *refusal)
{
	char named[PLUGIN_PATH_MAX + 1];
	int length;

	if (!text_is_plain(what, PLUGIN_PATH_MAX))
		return refusal_set(refusal, -ENOENT,
		    "give a path, or a name such as trace",
		    "a plugin's path is 1 to %d bytes of UTF-8 text without "
		    "control characters",
		    PLUGIN_PATH_MAX);
	if (strchr(what, '/') != NULL)
		return file_find_path(what, path, refusal);
	if (!descriptor_is_name(what)) {
		(void)refusal_set(refusal, -ENOENT, "write ./ before it",
		    "%s is neither a path (it has no slash) nor a plugin's "
		    "name",
		    what);
		return refusal_hint(refusal,
		    "for a file in the working directory write ./%s", what);
	}
	length = snprintf(named, sizeof(named), "%s/%s.so", directory, what);
	if (length < 0 || (size_t)length >= sizeof(named))
		return file_refuse_length(refusal);
	return file_find_path(named, path, refusal);
}

/* Gives the descriptor back when it is not larger than may be. */
static int
file_check_size(int fd, const char *path, struct refusal *refusal)
{
	struct stat status;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) != 0) {
		int error = errno;

		(void)close(fd);
		return refusal_set_error(
		    refusal, error, "try again", "%s cannot be examined", path);
	}
	if (status.st_size <= PLUGIN_FILE_SIZE_MAX)
		return fd;
	(void)close(fd);
	return refusal_set(refusal, -ENOEXEC,
	    "strip(1) removes debugging symbols",
	    "%s has %lld bytes; at most %d are loaded", path,
	    (long long)status.st_size, PLUGIN_FILE_SIZE_MAX);
}

int
file_open(const char *path, struct refusal *refusal)
{
	return file_check_size(
	    trust_open_file(path, false, refusal), path, refusal);
}

int
file_open_library(const char *path, struct refusal *refusal)
{
	return file_check_size(
	    trust_open_file(path, true, refusal), path, refusal);
}

static bool
file_write(int fd, const void *bytes, size_t size)
{
	const char *buffer = bytes;
	ssize_t written;

	for (; size > 0; buffer += written, size -= (size_t)written) {
		written = write(fd, buffer, size);
		if (written < 0)
			return false;
	}
	return true;
}

/* Reads exactly that much; 0, an errno, or EBUSY: there is less, or more. */
static int
file_read(int fd, unsigned char *bytes, size_t size)
{
	unsigned char more;
	ssize_t got = 1;

	for (size_t at = 0; at < size && got > 0; at += (size_t)got) {
		got = read(fd, bytes + at, size - at);
		if (got < 0)
			return errno;
	}
	if (got == 0)
		return EBUSY;
	got = read(fd, &more, sizeof(more));
	return got < 0 ? errno : got == 0 ? 0 : EBUSY;
}

static bool
file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Reads the whole file; 0 or an errno. */
static int
file_fill(int from, struct file_copy *copy)
{
	struct stat before, after;
	void *bytes;
	int error;

	if (fstat(from, &before) != 0)
		return errno;
	if (before.st_size > 0) {
		bytes = mmap(NULL, (size_t)before.st_size,
		    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (bytes == MAP_FAILED)
			return errno;
		copy->bytes = bytes;
		copy->size = (size_t)before.st_size;
	}
	error = file_read(from, copy->bytes, copy->size);
	if (error != 0)
		return error;
	if (fstat(from, &after) != 0)
		return errno;
	return file_is_same(&before, &after) ? 0 : EBUSY;
}

static int
file_refuse_copy(const struct file_copy *copy, const char *path, int error,
    struct refusal *refusal)
{
	if (error == EBUSY)
		return refusal_set(refusal, -EBUSY,
		    "try again once it is complete; mv(1) replaces a file in "
		    "one step",
		    "%s was being written to while it was read", path);
	return refusal_set_error(refusal, error,
	    copy->is_memory
		? "netinstd keeps its copies of plugins in memory (memfd)"
		: "make room there",
	    "%s cannot be copied%s%s", path, copy->is_memory ? "" : " to ",
	    copy->is_memory ? "" : copy->path);
}

/*
 * The dynamic linker takes two files of one name for the same, also when the
 * first was given up long ago, and descriptors are used again. So the number of
 * the copy is in the path, in binary, by means that do not change where it
 * leads to: "/." for 1 and "/" for 0.
 */
static void
file_name_memory(struct file_copy *copy, unsigned long number)
{
	char *at = stpcpy(copy->path, "/proc/self/fd");

	for (; number > 0; number >>= 1)
		at = stpcpy(at, (number & 1) != 0 ? "/." : "/");
	(void)snprintf(at, sizeof("/2147483647"), "/%d", copy->fd);
}

/*
 * A memfd is nowhere but in this process. That it is not to be executed as a
 * program says nothing of mapping it, and is what hardened kernels ask for;
 * kernels before 6.3 do not know the flag. The name is for /proc/PID/maps.
 */
static int
file_create_memory(const char *name)
{
	char shown[NAME_MAX - sizeof("memfd:")];
	int fd;

	(void)snprintf(shown, sizeof(shown), "%s", name);
	fd = memfd_create(shown, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(shown, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

/* Makes the empty file, which nobody else can open; 0 or an errno. */
static int
file_create(const char *path, const char *directory, struct file_copy *copy)
{
	const char *name = strrchr(path, '/') + 1;
	unsigned long number = atomic_fetch_add(&copies, 1) + 1;
	int length;

	copy->is_memory = directory == NULL;
	if (copy->is_memory) {
		copy->fd = file_create_memory(name);
		if (copy->fd >= 0)
			file_name_memory(copy, number);
		return copy->fd >= 0 ? 0 : errno;
	}
	length = snprintf(copy->path, sizeof(copy->path), "%s/%lu-%.100s",
	    directory, number, name);
	if (length < 0 || (size_t)length >= sizeof(copy->path))
		return ENAMETOOLONG;
	copy->fd = open(copy->path,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return copy->fd >= 0 ? 0 : errno;
}

int
file_copy(int fd, const char *path, const char *directory,
    struct file_copy *copy, struct refusal *refusal)
{
	int error;

	(void)memset(copy, 0, sizeof(*copy));
	error = file_create(path, directory, copy);
	if (error != 0)
		return file_refuse_copy(copy, path, error, refusal);
	error = file_fill(fd, copy);
	if (error == 0)
		return 0;
	file_discard(copy);
	return file_refuse_copy(copy, path, error, refusal);
}

static void
file_unmap(struct file_copy *copy)
{
	if (copy->bytes != NULL)
		(void)munmap(copy->bytes, copy->size);
	copy->bytes = NULL;
}

int
file_seal(struct file_copy *copy, size_t offset, const void *more, size_t size,
    const char *path, struct refusal *refusal)
{
	size_t kept = offset < copy->size ? offset : copy->size;

	if (!file_write(copy->fd, copy->bytes, kept) ||
	    ftruncate(copy->fd, (off_t)offset) != 0 ||
	    lseek(copy->fd, (off_t)offset, SEEK_SET) < 0 ||
	    !file_write(copy->fd, more, size))
		return file_refuse_copy(copy, path, errno, refusal);
	file_unmap(copy);
	copy->size = offset + size;
	if (copy->is_memory &&
	    fcntl(copy->fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return file_refuse_copy(copy, path, errno, refusal);
	return 0;
}

void
file_discard(struct file_copy *copy)
{
	file_unmap(copy);
	(void)close(copy->fd);
	if (!copy->is_memory)
		(void)unlink(copy->path);
}
