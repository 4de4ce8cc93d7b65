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

/* Whether an open file is one to be loaded. */
static int
file_check(int fd, const char *path, struct refusal *refusal)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return refusal_set(refusal, -EIO, "try another copy",
		    "%s cannot be examined: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return refusal_set(refusal, -EPERM,
		    "give the plugin's .so file", "%s is not a regular file",
		    path);
	if (status.st_size > PLUGIN_FILE_SIZE_MAX)
		return refusal_set(refusal, -ENOEXEC,
		    "strip(1) removes debugging symbols",
		    "%s has %lld bytes; at most %d are loaded", path,
		    (long long)status.st_size, PLUGIN_FILE_SIZE_MAX);
	return trust_check(&status, "file", path, refusal);
}

static int
file_refuse_error(const char *path, int error, struct refusal *refusal)
{
	if (error == ENOENT)
		return refusal_set(refusal, -ENOENT, HINT_CHECK_PATH,
		    "there is no file %s", path);
	if (error == ELOOP)
		return refusal_set(refusal, -EPERM,
		    "give the path that the link leads to",
		    "%s is a symbolic link", path);
	return refusal_set(refusal, error == EACCES ? -EPERM : -EIO,
	    "let netinstd's user read it", "%s cannot be opened: %s", path,
	    strerror(error));
}

int
file_open(const char *path, struct refusal *refusal)
{
	const char *name = strrchr(path, '/') + 1;
	char directory[PLUGIN_PATH_MAX + 1];
	int error, fd, parent;

	(void)memcpy(directory, path, (size_t)(name - path));
	directory[name - path] = '\0';
	parent = trust_open_directory(directory, refusal);
	if (parent < 0)
		return parent;
	/* Not blocking: a FIFO must not keep the loader waiting. */
	fd = openat(parent, *name == '\0' ? "." : name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = errno;
	(void)close(parent);
	if (fd < 0)
		return file_refuse_error(path, error, refusal);
	error = file_check(fd, path, refusal);
	if (error == 0)
		return fd;
	(void)close(fd);
	return error;
}

static bool
file_write(int fd, const char *buffer, size_t size)
{
	ssize_t written;

	for (; size > 0; buffer += written, size -= (size_t)written) {
		written = write(fd, buffer, size);
		if (written < 0)
			return false;
	}
	return true;
}

/* Copies until the end of from, counting into size; 0 or an errno. */
static int
file_transfer(int from, int to, size_t *size)
{
	char buffer[16384];
	ssize_t got;

	*size = 0;
	while ((got = read(from, buffer, sizeof(buffer))) > 0) {
		if (!file_write(to, buffer, (size_t)got))
			return errno;
		*size += (size_t)got;
		if (*size > PLUGIN_FILE_SIZE_MAX)
			return EFBIG;
	}
	return got < 0 ? errno : 0;
}

static bool
file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Fills the empty file to and maps it; 0 or an errno. */
static int
file_fill(int from, int to, struct file_copy *copy)
{
	struct stat before, after;
	int error;

	if (fstat(from, &before) != 0)
		return errno;
	error = file_transfer(from, to, &copy->size);
	if (error != 0)
		return error;
	if (fstat(from, &after) != 0)
		return errno;
	if (!file_is_same(&before, &after))
		return EBUSY;
	copy->bytes = NULL;
	if (copy->size == 0)
		return 0;
	copy->bytes = mmap(NULL, copy->size, PROT_READ, MAP_PRIVATE, to, 0);
	return copy->bytes == MAP_FAILED ? errno : 0;
}

static int
file_refuse_copy(
    const char *path, const char *scratch, int error, struct refusal *refusal)
{
	if (error == EBUSY)
		return refusal_set(refusal, -EBUSY,
		    "try again once it is complete; mv(1) replaces a file in "
		    "one step",
		    "%s was being written to while it was read", path);
	return refusal_set(refusal,
	    error == ENOSPC || error == EDQUOT ? -ENOSPC : -EIO,
	    "netinstd keeps its copies below TMPDIR, or else /tmp",
	    "%s cannot be copied to %s: %s", path, scratch, strerror(error));
}

int
file_copy(int fd, const char *path, const char *scratch, struct file_copy *copy,
    struct refusal *refusal)
{
	const char *name = strrchr(path, '/') + 1;
	int error, length, to;

	length = snprintf(copy->path, sizeof(copy->path), "%s/%lu-%.100s",
	    scratch, atomic_fetch_add(&copies, 1) + 1, name);
	if (length < 0 || (size_t)length >= sizeof(copy->path))
		return file_refuse_copy(path, scratch, ENAMETOOLONG, refusal);
	to = open(copy->path,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return file_refuse_copy(path, scratch, errno, refusal);
	error = file_fill(fd, to, copy);
	(void)close(to);
	if (error == 0)
		return 0;
	(void)unlink(copy->path);
	return file_refuse_copy(path, scratch, error, refusal);
}

void
file_discard(struct file_copy *copy)
{
	if (copy->bytes != NULL)
		(void)munmap(copy->bytes, copy->size);
	(void)unlink(copy->path);
}
