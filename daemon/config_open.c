/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_open.c: judges root's configuration file as plugins are judged: the
 * file and every directory above it. What is not a regular file (/dev/null, a
 * pipe of the shell) cannot be exchanged once it is open, and is judged alone.
 * Another user's daemon takes any file: whoever writes it gains nothing,
 * because the plugins that it names are judged all the same. Owns nothing. One
 * thread, in a process of its own.
 */
#include "config_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "plugin/trust.h"

#define HINT "write it anew where only root can write, such as in /etc/netinst"

static int
config_refuse(const char *file, const char *why, const char *hint)
{
	(void)fprintf(stderr, "%s: %s%s%s\n", file, why,
	    hint[0] != '\0' ? "; " : "", hint);
	return -1;
}

/* Opens a file by a path of which every directory is judged. */
static int
config_open_trusted(const char *file)
{
	char here[PATH_MAX] = "";
	struct refusal refusal;
	char *path;
	int fd;

	if (file[0] != '/' && getcwd(here, sizeof(here)) == NULL)
		return config_refuse(file, strerror(errno), "");
	path = memory_format("%s%s%s", here, file[0] == '/' ? "" : "/", file);
	fd = trust_open_file(path, true, &refusal);
	free(path);
	if (fd >= 0)
		return fd;
	return config_refuse(
	    file, refusal.text, refusal.code == -EPERM ? HINT : "");
}

/* Judges what is open and no file: everyone may write to /dev/null. */
static bool
config_is_trusted(
    const struct stat *status, const char *file, struct refusal *refusal)
{
	struct stat judged = *status;

	if (S_ISCHR(status->st_mode))
		judged.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
	return trust_check(&judged, "file", file, refusal) == 0;
}

static int
config_open_any(const char *file)
{
	int fd = open(file, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	struct refusal refusal;
	struct stat status;

	if (fd < 0)
		return config_refuse(file, strerror(errno), "");
	if (fstat(fd, &status) != 0) {
		(void)config_refuse(file, strerror(errno), "");
	} else if (S_ISDIR(status.st_mode)) {
		(void)config_refuse(file, strerror(EISDIR), "");
	} else if (geteuid() != 0) {
		return fd;
	} else if (S_ISREG(status.st_mode)) {
		(void)close(fd);
		return config_open_trusted(file);
	} else if (config_is_trusted(&status, file, &refusal)) {
		return fd;
	} else {
		(void)config_refuse(file, refusal.text, HINT);
	}
	(void)close(fd);
	return -1;
}

FILE *
config_open(const char *file)
{
	int fd = config_open_any(file);
	FILE *stream = fd >= 0 ? fdopen(fd, "r") : NULL;

	if (fd >= 0 && stream == NULL)
		(void)close(fd);
	return stream;
}
