/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.c: where the check puts its copies of plugins, because valgrind(1)
 * reads what is mapped by its path. The copies are gone again as soon as they
 * are mapped; only a plugin that hangs while it is being loaded leaves one for
 * scratch_remove(). Main thread.
 */
#include "check/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "base/memory.h"
#include "plugin/trust.h"

/*
 * Makes it below a directory, unless files there may not be mapped as programs
 * (/run often forbids it) or others could exchange it.
 */
static bool
scratch_create_in(const char *parent, char path[static PATH_MAX])
{
	struct statvfs file_system;
	struct refusal refusal;
	int length, fd;

	if (parent == NULL || parent[0] != '/' ||
	    statvfs(parent, &file_system) != 0 ||
	    (file_system.f_flag & ST_NOEXEC) != 0)
		return false;
	length = snprintf(path, PATH_MAX, "%s/netinstd-XXXXXX", parent);
	if (length < 0 || length >= PATH_MAX || mkdtemp(path) == NULL)
		return false;
	fd = trust_open_directory(path, &refusal);
	if (fd >= 0) {
		(void)close(fd);
		return true;
	}
	(void)rmdir(path);
	return false;
}

char *
scratch_create(void)
{
	const char *const parents[] = {getenv("TMPDIR"), "/tmp", "/var/tmp"};

	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LENGTH(parents); i++)
		if (scratch_create_in(parents[i], path))
			return memory_strdup(path);
	return NULL;
}

void
scratch_remove(const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(directory), entry->d_name, 0);
	}
	if (directory != NULL)
		(void)closedir(directory);
	if (rmdir(path) != 0)
		log_warning(
		    "daemon", "%s stays behind: %s", path, strerror(errno));
}
