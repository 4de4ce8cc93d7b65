/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch.c: where the loader puts its copies of plugins. The copies are gone
 * again as soon as they are mapped; only a plugin that hangs while it is being
 * loaded leaves one for scratch_remove(). Main thread, or the stop deadline's.
 */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

/* Whether files there may be mapped as programs; /run often forbids it. */
static bool
scratch_may_be_in(const char *parent)
{
	struct statvfs file_system;

	return parent != NULL && parent[0] == '/' &&
	       statvfs(parent, &file_system) == 0 &&
	       (file_system.f_flag & ST_NOEXEC) == 0;
}

char *
scratch_create(void)
{
	const char *const parents[] = {getenv("TMPDIR"), "/tmp", "/var/tmp"};

	for (size_t i = 0; i < ARRAY_LENGTH(parents); i++) {
		char *path;

		if (!scratch_may_be_in(parents[i]) ||
		    asprintf(&path, "%s/netinstd-XXXXXX", parents[i]) < 0)
			continue;
		if (mkdtemp(path) != NULL)
			return path;
		free(path);
	}
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
