/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workdir.c: owns the private directory of one test. It is made below the first
 * of a few parents whose whole path is closed to others.
 */
#include "workdir.h"

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static char workdir[PATH_MAX];

/* The build directory: the program is BUILD/tests/unit/test_NAME. */
static void
find_build(char path[PATH_MAX])
{
	ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	int i;

	assert_true(length > 0);
	path[length] = '\0';
	for (i = 0; i < 3; i++)
		*strrchr(path, '/') = '\0';
}

static bool
is_private(const char *path)
{
	char parent[PATH_MAX];
	struct stat status;

	(void)snprintf(parent, sizeof(parent), "%s", path);
	while (stat(parent, &status) == 0 && (status.st_mode & 022) == 0) {
		if (strcmp(parent, "/") == 0)
			return access(path, W_OK) == 0;
		*strrchr(parent, '/') = '\0';
		if (parent[0] == '\0')
			(void)strcpy(parent, "/");
	}
	return false;
}

int
workdir_setup(void **state)
{
	char build[PATH_MAX];
	const char *parents[] = {
	    build, getenv("XDG_RUNTIME_DIR"), "/run", getenv("HOME")};
	size_t i;

	find_build(build);
	for (i = 0; i < ARRAY_LENGTH(parents); i++) {
		if (parents[i] == NULL || !is_private(parents[i]))
			continue;
		(void)snprintf(
		    workdir, sizeof(workdir), "%s/unit.XXXXXX", parents[i]);
		return mkdtemp(workdir) != NULL ? 0 : -1;
	}
	return -1;
}

static int
remove_one(
    const char *path, const struct stat *status, int type, struct FTW *where)
{
	return remove(path);
}

int
workdir_teardown(void **state)
{
	return nftw(workdir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
workdir_path(const char *name)
{
	static char paths[8][PATH_MAX + NAME_MAX];
	static unsigned used;
	char *path = paths[used++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", workdir, name);
	return path;
}

const char *
workdir_write(const char *name, const void *bytes, size_t size)
{
	const char *path = workdir_path(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(write(fd, bytes, size), size);
	(void)close(fd);
	return path;
}

void *
workdir_read_built(const char *name, size_t *size)
{
	char build[PATH_MAX], path[PATH_MAX + NAME_MAX];
	struct stat status;
	void *bytes;
	int fd;

	find_build(build);
	(void)snprintf(path, sizeof(path), "%s/%s", build, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	*size = (size_t)status.st_size;
	bytes = malloc(*size);
	assert_non_null(bytes);
	assert_int_equal(read(fd, bytes, *size), *size);
	(void)close(fd);
	return bytes;
}
