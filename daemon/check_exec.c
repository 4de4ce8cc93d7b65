/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_exec.c: finds netinst-check and runs it, unless another user may have
 * put it there: its place follows from that of netinstd, and the file is
 * opened, judged and run by its descriptor. Owns nothing. Main thread.
 */
#include "check_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OWN	"/proc/self/exe"
#define PROGRAM "/netinst-check"

static bool
is_same_directory(const char *one, const char *other)
{
	struct stat first, second;

	return stat(one, &first) == 0 && stat(other, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* In the libexec directory of an installed netinstd; else beside netinstd. */
static bool
find_program(char path[static PATH_MAX])
{
	ssize_t length = readlink(OWN, path, PATH_MAX - sizeof(PROGRAM));
	char *slash;

	if (length < 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL) {
		errno = ENOENT;
		return false;
	}
	*slash = '\0';
	if (is_same_directory(path, NETINST_SBIN_DIRECTORY))
		(void)snprintf(
		    path, PATH_MAX, "%s", NETINST_LIBEXEC_DIRECTORY PROGRAM);
	else
		memcpy(slash, PROGRAM, sizeof(PROGRAM));
	return true;
}

/* Whether whoever can write it can write netinstd as well. */
static bool
is_as_trusted(const struct stat *program, const struct stat *own)
{
	const mode_t others = S_IWGRP | S_IWOTH;

	return S_ISREG(program->st_mode) &&
	       (program->st_uid == own->st_uid || program->st_uid == 0) &&
	       (program->st_mode & others & ~own->st_mode) == 0;
}

enum check_exit
check_exec(char **argv)
{
	char path[PATH_MAX] = OWN;
	struct stat program, own;
	const char *problem;
	int fd = -1;

	if (find_program(path))
		fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &program) != 0 || stat(OWN, &own) != 0) {
		problem = strerror(errno);
	} else if (!is_as_trusted(&program, &own)) {
		problem = "it is not a file that only the owner of netinstd "
			  "can write to; install netinst again";
	} else {
		(void)fexecve(fd, argv, environ);
		problem = strerror(errno);
	}
	(void)fprintf(
	    stderr, "netinstd: the check cannot run: %s: %s\n", path, problem);
	return CHECK_CANNOT_RUN;
}
