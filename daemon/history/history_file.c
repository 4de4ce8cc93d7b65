/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_file.c: everything about the store that is not SQL. Opens and closes
 * the file only while SQLite does not have it open: closing any descriptor of a
 * file gives up all locks that the process has on it.
 */
#include "history/history_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/forked.h"
#include "plugin/trust.h"

#define LOG_FILE    HISTORY_FILE "-wal"
#define SHARED_FILE HISTORY_FILE "-shm"

/* Files found damaged in one second. */
#define ASIDE_MAX 100
/* Bytes of "history.db.corrupt-20261123T080000Z.99". */
#define ASIDE_SIZE 64

void
history_problem_set(struct history_problem *problem, const char *remedy,
    const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(
	    problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	(void)snprintf(problem->remedy, sizeof(problem->remedy), "%s", remedy);
}

static int
file_refuse_directory(
    struct history_problem *problem, const char *directory, int error)
{
	if (error == EWOULDBLOCK)
		history_problem_set(problem,
		    "end the other daemon, or give this one another --state",
		    "the state directory %s is used by another netinstd",
		    directory);
	else
		history_problem_set(problem,
		    "give a directory with --state that netinstd can use",
		    "the state directory %s cannot be used: %s", directory,
		    strerror(error));
	return -1;
}

/* Makes a new name in that directory survive a power failure. */
static void
file_sync(int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	(void)close(fd);
}

int
history_file_enter(const char *directory, struct history_problem *problem)
{
	struct refusal refusal = {0};
	int made, path_fd, fd;

	path_fd = trust_make_directory(directory, 0700, &made, &refusal);
	if (path_fd == -ENOENT && made != 0)
		return file_refuse_directory(problem, directory, made);
	if (path_fd < 0) {
		history_problem_set(problem,
		    "give a directory with --state that only root can change, "
		    "such as /var/lib/netinst",
		    "%s", refusal.text);
		return -1;
	}
	if (made == 0)
		file_sync(path_fd, "..");
	fd = openat(path_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)close(path_fd);
	if (fd < 0)
		return file_refuse_directory(problem, directory, errno);
	if (flock(forked_closes(fd), LOCK_EX | LOCK_NB) == 0)
		return fd;
	(void)file_refuse_directory(problem, directory, errno);
	forked_close(fd);
	return -1;
}

/* What helps against such an error; by errno. */
static const char *
file_remedy(int error)
{
	static const struct {
		int error;
		const char *remedy;
	} remedies[] = {
	    {EROFS,
		"mount it writable, or give another directory with --state"},
	    {EACCES,
		"mount it writable, or give another directory with --state"},
	    {ENOSPC, "make room there"},
	    {EDQUOT, "make room there"},
	    {ELOOP, "move it away"},
	    {EISDIR, "move it away"},
	    {ENXIO, "move it away"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(remedies); i++)
		if (remedies[i].error == error)
			return remedies[i].remedy;
	return "it is tried again";
}

/* Whether the file may be used, and nobody else can use it. */
static bool
file_is_ours(int fd, const char *path, struct history_problem *problem)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		history_problem_set(problem, file_remedy(errno),
		    "%s cannot be looked at: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(status.st_mode)) {
		history_problem_set(
		    problem, "move it away", "%s is not a file", path);
		return false;
	}
	if (status.st_uid != geteuid() && status.st_uid != 0) {
		history_problem_set(problem, "move it away, or chown it",
		    "%s belongs to user %u", path, status.st_uid);
		return false;
	}
	if ((status.st_mode & 0177) != 0)
		(void)fchmod(fd, 0600);
	return true;
}

enum history_access
history_file_prepare(
    int directory, const char *path, struct history_problem *problem)
{
	enum history_access access = HISTORY_WRITABLE;
	int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, fd, error;

	fd = openat(directory, HISTORY_FILE, flags | O_RDWR | O_CREAT, 0600);
	if (fd < 0) {
		error = errno;
		history_problem_set(problem, file_remedy(error),
		    "%s cannot be written: %s", path, strerror(error));
		access = HISTORY_READABLE;
		fd = openat(directory, HISTORY_FILE, flags | O_RDONLY);
	}
	if (fd < 0)
		return HISTORY_REFUSED;
	file_sync(directory, ".");
	if (!file_is_ours(fd, path, problem))
		access = HISTORY_REFUSED;
	(void)close(fd);
	return access;
}

bool
history_file_has_log(int directory, const char *name)
{
	char log[NAME_MAX + 1];
	struct stat status;

	(void)snprintf(log, sizeof(log), "%s-wal", name);
	return fstatat(directory, log, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       status.st_size > 0;
}

/* The name with the moment, and from the second try on a number. */
static void
file_name_aside(char name[static ASIDE_SIZE], unsigned try)
{
	time_t now = time(NULL);
	struct tm moment;
	size_t length;

	(void)gmtime_r(&now, &moment);
	length =
	    strftime(name, ASIDE_SIZE, HISTORY_ASIDE "%Y%m%dT%H%M%SZ", &moment);
	if (try > 0)
		(void)snprintf(name + length, ASIDE_SIZE - length, ".%u", try);
}

/*
 * Renames the database together with its log, which holds what was not copied
 * yet. The log has both names until that is done, so that no crash parts the
 * two. Returns 0 or an errno.
 */
static int
file_move_with_log(int directory, const char *name)
{
	char log[ASIDE_SIZE + sizeof("-wal")];
	bool linked;
	int error;

	(void)snprintf(log, sizeof(log), "%s-wal", name);
	linked = linkat(directory, LOG_FILE, directory, log, 0) == 0;
	if (renameat2(directory, HISTORY_FILE, directory, name,
		RENAME_NOREPLACE) != 0) {
		error = errno;
		if (linked)
			(void)unlinkat(directory, log, 0);
		return error;
	}
	/* Not every file system has links. */
	if (linked)
		(void)unlinkat(directory, LOG_FILE, 0);
	else
		(void)renameat(directory, LOG_FILE, directory, log);
	return 0;
}

bool
history_file_move_aside(int directory, char *moved, size_t size)
{
	char name[ASIDE_SIZE];
	unsigned try = 0;

	do {
		file_name_aside(name, try);
		errno = file_move_with_log(directory, name);
	} while (errno == EEXIST && ++try < ASIDE_MAX);
	if (errno != 0)
		return false;
	/* Nothing uses the index of the log any more. */
	(void)unlinkat(directory, SHARED_FILE, 0);
	(void)snprintf(moved, size, "%s", name);
	return true;
}
