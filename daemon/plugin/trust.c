/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.c: walks to a file or directory the way the kernel does, but looks at
 * every step. It holds a descriptor of where it stands, so what was looked at
 * is what is entered: renaming a directory meanwhile changes nothing.
 *
 * In a sticky directory others can make entries of their own, but not remove or
 * replace those of root and the daemon's user. Since every entry on the way has
 * to be of one of these two, such a directory may be passed. What is mounted
 * there may not: a file system that a user serves says of its files what it
 * likes.
 */
#include "plugin/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Symbolic links on one way; the kernel's own limit. */
#define LINKS_MAX 40

/* Others may have been at it: what is there is not to be made trusted as it is.
 */
#define HINT_INSTALL                                                           \
	"install it anew, from where only you can write, into a directory "    \
	"that only root can write to, such as /usr/local/lib/netinst"

/* Who else can write. */
static const struct {
	mode_t bit;
	const char *who;
} writers[] = {
    {S_IWOTH, "everyone"},
    {S_IWGRP, "its group"},
};

static int
trust_check_owner(const struct stat *status, const char *what, const char *path,
    struct refusal *refusal)
{
	if (status->st_uid == 0 || status->st_uid == geteuid())
		return 0;
	return refusal_set(refusal, -EPERM, HINT_INSTALL,
	    "the %s %s belongs to user %u, who is neither root nor the user "
	    "netinstd runs as",
	    what, path, status->st_uid);
}

static int
trust_check_mode(const struct stat *status, const char *what, const char *path,
    struct refusal *refusal)
{
	bool directory = S_ISDIR(status->st_mode);
	unsigned i = 0;

	if ((status->st_mode & (S_IWOTH | S_IWGRP)) == 0)
		return 0;
	while ((status->st_mode & writers[i].bit) == 0)
		i++;
	return refusal_set(refusal, -EPERM, HINT_INSTALL,
	    "the %s %s is writable by %s, so %s cannot be trusted", what, path,
	    writers[i].who, directory ? "what is below it" : "it");
}

int
trust_check(const struct stat *status, const char *what, const char *path,
    struct refusal *refusal)
{
	int error = trust_check_owner(status, what, path, refusal);

	return error != 0 ? error
			  : trust_check_mode(status, what, path, refusal);
}

/* Whether others can make entries in a directory, but touch none of root's. */
static bool
trust_is_shared(const struct stat *status)
{
	return S_ISDIR(status->st_mode) && (status->st_mode & S_ISVTX) != 0 &&
	       (status->st_mode & (S_IWOTH | S_IWGRP)) != 0;
}

/* A way under way. */
struct walk {
	int fd;			  /* where it stands; -1: nowhere yet */
	struct stat status;	  /* of that */
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
	return refusal_set_error(refusal, error,
	    "move the plugin to where netinstd can read it",
	    "the directory %s cannot be entered", path);
}

/* What an entry of the directory it stands in has to be, by whoever made it. */
static int
walk_check_entry(struct walk *walk, const struct stat *status, const char *what,
    const char *path)
{
	if (trust_is_shared(&walk->status) &&
	    status->st_dev != walk->status.st_dev)
		return refusal_set(walk->refusal, -EPERM, HINT_INSTALL,
		    "the %s %s is on a file system that is mounted in a "
		    "directory of all users, who may be the ones that serve it",
		    what, path);
	return trust_check_owner(status, what, path, walk->refusal);
}

/* Whether a directory is one to stand in. */
static int
walk_check_directory(
    struct walk *walk, const struct stat *status, const char *path)
{
	int error;

	if (!S_ISDIR(status->st_mode))
		return walk_refuse_error(walk, path, ENOTDIR);
	error = walk_check_entry(walk, status, "directory", path);
	if (error != 0 || trust_is_shared(status))
		return error;
	return trust_check_mode(status, "directory", path, walk->refusal);
}

/* Enters a directory that fd (stolen) stands for. */
static int
walk_enter(struct walk *walk, int fd, const char *path)
{
	struct stat status;
	int error;

	if (fstat(fd, &status) != 0)
		error = walk_refuse_error(walk, path, errno);
	else
		error = walk_check_directory(walk, &status, path);
	if (error != 0) {
		(void)close(fd);
		return error;
	}
	if (walk->fd >= 0)
		(void)close(walk->fd);
	walk->fd = fd;
	walk->status = status;
	(void)memmove(walk->here, path, strlen(path) + 1);
	return 0;
}

static int
walk_enter_root(struct walk *walk)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return walk_refuse_error(walk, "/", errno);
	walk->status.st_mode = 0; /* it is no entry of where it stood */
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
	if (strcmp(name, "..") == 0)
		walk->status.st_mode = 0; /* nor is this one */
	if (fstat(fd, &status) != 0 || !S_ISLNK(status.st_mode))
		return walk_enter(walk, fd, path);
	error = trust_is_shared(&walk->status)
		    ? walk_check_entry(walk, &status, "link", path)
		    : 0;
	if (error == 0)
		error = walk_follow(walk, fd, path);
	(void)close(fd);
	return error;
}

/* Begins at the root. */
static int
walk_begin(struct walk *walk, const char *path)
{
	if (strlen(path) >= sizeof(walk->ahead))
		return walk_refuse_error(walk, path, ENAMETOOLONG);
	(void)memcpy(walk->ahead, path, strlen(path) + 1);
	return walk_enter_root(walk);
}

/* Gives up where it stands after an error, which it returns. */
static int
walk_fail(struct walk *walk, int error)
{
	if (walk->fd >= 0)
		(void)close(walk->fd);
	walk->fd = -1;
	return error;
}

/* What a way that may be made at its end needs. */
struct making {
	mode_t mode;
	int *made;
};

static bool
walk_is_last(const struct walk *walk)
{
	return walk->ahead[strspn(walk->ahead, "/")] == '\0';
}

/* making: NULL: nothing is made. */
static int
walk_to_directory(
    const char *path, const struct making *making, struct refusal *refusal)
{
	struct walk walk = {.fd = -1, .refusal = refusal};
	char name[NAME_MAX + 2];
	int error;

	error = walk_begin(&walk, path);
	while (error == 0 && walk_next(&walk, name)) {
		if (strcmp(name, ".") == 0)
			continue;
		if (making != NULL && walk_is_last(&walk))
			*making->made =
			    mkdirat(walk.fd, name, making->mode) == 0 ? 0
								      : errno;
		error = walk_step(&walk, name);
	}
	/* What will be made or found there could be others'. */
	if (error == 0)
		error = trust_check_mode(
		    &walk.status, "directory", walk.here, refusal);
	return error == 0 ? walk.fd : walk_fail(&walk, error);
}

int
trust_open_directory(const char *path, struct refusal *refusal)
{
	return walk_to_directory(path, NULL, refusal);
}

int
trust_make_directory(
    const char *path, mode_t mode, int *made, struct refusal *refusal)
{
	const struct making making = {mode, made};

	*made = ENOENT;
	return walk_to_directory(path, &making, refusal);
}

static int
walk_refuse_file(struct walk *walk, const char *path, int error)
{
	if (error == ENOENT)
		return refusal_set(walk->refusal, -ENOENT, HINT_CHECK_PATH,
		    "there is no file %s", path);
	if (error == ELOOP)
		return refusal_set(walk->refusal, -EPERM,
		    "give the path that the link leads to",
		    "%s is a symbolic link", path);
	return refusal_set_error(walk->refusal, error,
	    "let netinstd's user read it", "%s cannot be opened", path);
}

/* Whether an open file is one to be read. */
static int
walk_check_file(struct walk *walk, int fd, const char *path)
{
	struct stat status;
	int error;

	if (fstat(fd, &status) != 0)
		return walk_refuse_file(walk, path, errno);
	if (!S_ISREG(status.st_mode))
		return refusal_set(walk->refusal, -EPERM,
		    "give the path of a file", "%s is not a regular file",
		    path);
	error = walk_check_entry(walk, &status, "file", path);
	if (error != 0)
		return error;
	return trust_check_mode(&status, "file", path, walk->refusal);
}

/*
 * Opens the last component, or sees that it is a link to be followed: then *fd
 * stays and the way goes on. Not blocking: a FIFO must not keep anyone waiting.
 */
static int
walk_open(
    struct walk *walk, const char *name, const char *path, bool follow, int *fd)
{
	int error, opened;

	opened = openat(walk->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (opened < 0 && errno == ELOOP && follow)
		return walk_step(walk, name);
	if (opened < 0)
		return walk_refuse_file(walk, path, errno);
	error = walk_check_file(walk, opened, path);
	if (error == 0)
		*fd = opened;
	else
		(void)close(opened);
	return error;
}

int
trust_open_file(const char *path, bool follow, struct refusal *refusal)
{
	struct walk walk = {.fd = -1, .refusal = refusal};
	char name[NAME_MAX + 2];
	int fd = -1, error;

	error = walk_begin(&walk, path);
	while (error == 0 && fd < 0) {
		if (!walk_next(&walk, name))
			(void)memcpy(name, ".", sizeof("."));
		if (walk_is_last(&walk))
			error = walk_open(&walk, name, path, follow, &fd);
		else if (strcmp(name, ".") != 0)
			error = walk_step(&walk, name);
	}
	(void)walk_fail(&walk, error);
	return error != 0 ? error : fd;
}
