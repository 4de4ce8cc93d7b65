/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.c: walks to a directory the way the kernel does, but looks at every
 * step. It holds a descriptor of where it stands, so what was looked at is
 * what is entered: renaming a directory meanwhile changes nothing.
 *
 * A sticky directory such as /tmp is refused like any other that all may write
 * to: the sticky bit keeps others from removing a file, not from being there
 * first with a directory of the expected name.
 */
#include "plugin/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Symbolic links on one way; the kernel's own limit. */
#define LINKS_MAX 40

/* Who else can write, and what takes that away. */
static const struct {
	mode_t bit;
	const char *who, *cure;
} writers[] = {
    {S_IWOTH, "everyone", "chmod o-w"},
    {S_IWGRP, "its group", "chmod g-w"},
};

static int
trust_refuse_writer(const struct stat *status, const char *what,
    const char *path, unsigned writer, struct refusal *refusal)
{
	bool directory = S_ISDIR(status->st_mode);
	bool sticky = directory && (status->st_mode & S_ISVTX) != 0;

	(void)refusal_set(refusal, -EPERM, writers[writer].cure,
	    "the %s %s is writable by %s, so %s cannot be trusted", what, path,
	    writers[writer].who, directory ? "what is below it" : "it");
	return refusal_hint(refusal, "%s %s%s%s", writers[writer].cure, path,
	    directory ? ", or move the plugin to a directory that only root can"
			" write to, such as /usr/local/lib/netinst"
		      : "",
	    sticky ? "; the sticky bit is not enough" : "");
}

int
trust_check(const struct stat *status, const char *what, const char *path,
    struct refusal *refusal)
{
	unsigned i;

	if (status->st_uid != 0 && status->st_uid != geteuid()) {
		(void)refusal_set(refusal, -EPERM, "chown root",
		    "the %s %s belongs to user %u, who is neither root nor the "
		    "user netinstd runs as",
		    what, path, status->st_uid);
		return refusal_hint(refusal, "chown root %s", path);
	}
	for (i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if ((status->st_mode & writers[i].bit) != 0)
			return trust_refuse_writer(
			    status, what, path, i, refusal);
	return 0;
}

/* A way under way. */
struct walk {
	int fd;			  /* where it stands; -1: nowhere yet */
	char here[PATH_MAX];	  /* the name of that, for people */
	char ahead[2 * PATH_MAX]; /* what is left to go */
	unsigned links;
	struct refusal *refusal;
};

static int
walk_refuse_error(struct walk *walk, const char *path, int error)
{
	struct refusal *refusal = walk->refusal;

	if (error == ENOENT || error == ENOTDIR)
		return refusal_set(refusal, -ENOENT, HINT_CHECK_PATH,
		    "there is no directory %s", path);
	return refusal_set(refusal, error == EACCES ? -EPERM : -EIO,
	    "move the plugin to where netinstd can read it",
	    "the directory %s cannot be entered: %s", path, strerror(error));
}

/* Enters a directory that fd (stolen) stands for. */
static int
walk_enter(struct walk *walk, int fd, const char *path)
{
	struct stat status;
	int error = 0;

	if (fstat(fd, &status) != 0)
		error = walk_refuse_error(walk, path, errno);
	else if (!S_ISDIR(status.st_mode))
		error = walk_refuse_error(walk, path, ENOTDIR);
	else
		error = trust_check(&status, "directory", path, walk->refusal);
	if (error != 0) {
		(void)close(fd);
		return error;
	}
	if (walk->fd >= 0)
		(void)close(walk->fd);
	walk->fd = fd;
	(void)memmove(walk->here, path, strlen(path) + 1);
	return 0;
}

static int
walk_enter_root(struct walk *walk)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return walk_refuse_error(walk, "/", errno);
	return walk_enter(walk, fd, "/");
}

/* Takes the next component off the way; false at the end. */
static bool
walk_next(struct walk *walk, char name[NAME_MAX + 2])
{
	const char *ahead = walk->ahead + strspn(walk->ahead, "/");
	size_t length = strcspn(ahead, "/");
	size_t kept = length <= NAME_MAX ? length : NAME_MAX + 1;

	/* A name that is too long is kept too long, for the kernel to say. */
	(void)memcpy(name, ahead, kept);
	name[kept] = '\0';
	(void)memmove(walk->ahead, ahead + length, strlen(ahead + length) + 1);
	return length > 0;
}

/* Names where a component leads to; false when that gets too long. */
static bool
walk_name(const struct walk *walk, const char *name, char path[PATH_MAX])
{
	const char *slash = strcmp(walk->here, "/") == 0 ? "" : "/";
	int length;

	if (strcmp(name, "..") == 0) {
		length = (int)(strrchr(walk->here, '/') - walk->here);
		(void)snprintf(path, PATH_MAX, "%.*s", length > 0 ? length : 1,
		    walk->here);
		return true;
	}
	length = snprintf(path, PATH_MAX, "%s%s%s", walk->here, slash, name);
	return length > 0 && length < PATH_MAX;
}

/* Puts a link's target before the rest of the way. */
static int
walk_follow(struct walk *walk, int link, const char *path)
{
	char target[PATH_MAX], ahead[sizeof(walk->ahead)];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);
	int used;

	if (length < 0)
		return walk_refuse_error(walk, path, errno);
	target[length] = '\0';
	used = snprintf(ahead, sizeof(ahead), "%s/%s", target, walk->ahead);
	if (++walk->links > LINKS_MAX)
		return walk_refuse_error(walk, path, ELOOP);
	if (used < 0 || (size_t)used >= sizeof(ahead))
		return walk_refuse_error(walk, path, ENAMETOOLONG);
	(void)memcpy(walk->ahead, ahead, (size_t)used + 1);
	return target[0] == '/' ? walk_enter_root(walk) : 0;
}

static int
walk_step(struct walk *walk, const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	int error, fd;

	if (!walk_name(walk, name, path))
		return walk_refuse_error(walk, walk->here, ENAMETOOLONG);
	fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return walk_refuse_error(walk, path, errno);
	if (fstat(fd, &status) != 0 || !S_ISLNK(status.st_mode))
		return walk_enter(walk, fd, path);
	error = walk_follow(walk, fd, path);
	(void)close(fd);
	return error;
}

int
trust_open_directory(const char *path, struct refusal *refusal)
{
	struct walk walk = {.fd = -1, .refusal = refusal};
	char name[NAME_MAX + 2];
	int error;

	if (strlen(path) >= sizeof(walk.ahead))
		return walk_refuse_error(&walk, path, ENAMETOOLONG);
	(void)memcpy(walk.ahead, path, strlen(path) + 1);
	error = walk_enter_root(&walk);
	while (error == 0 && walk_next(&walk, name))
		if (strcmp(name, ".") != 0)
			error = walk_step(&walk, name);
	if (error == 0)
		return walk.fd;
	if (walk.fd >= 0)
		(void)close(walk.fd);
	return error;
}
