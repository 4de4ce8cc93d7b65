/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener.c: owns the socket's file, the lock file and the spare descriptor.
 * The socket gets its mode and group before it listens, so nobody ever connects
 * who may not.
 */
#include "ctl/serve/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/forked.h"
#include "base/log.h"
#include "base/memory.h"
#include "ctl/serve/peer.h"
#include "plugin/trust.h"

/* The socket's directory is made with this mode when it is not there. */
#define DIRECTORY_MODE 0755
/* Connections the kernel keeps until they are accepted. */
#define LISTEN_BACKLOG 512

static bool
listener_fail(const struct listener *listener, const char *what)
{
	log_error("ctl", "cannot serve %s: %s: %s", listener->path, what,
	    strerror(errno));
	return false;
}

/*
 * Makes a missing directory: as root along a path that nobody else can change,
 * or it could end up anywhere.
 */
static bool
listener_make(const struct listener *listener, const char *directory)
{
	/* That of whoever starts netinstd may shut clients out. */
	mode_t mask = umask(0);
	struct refusal refusal;
	int made = 0, fd = -ENOENT;

	if (geteuid() == 0)
		fd = trust_make_directory(
		    directory, DIRECTORY_MODE, &made, &refusal);
	else if (mkdir(directory, DIRECTORY_MODE) != 0)
		made = errno;
	(void)umask(mask);
	if (fd >= 0)
		(void)close(fd);
	if (fd >= 0 || made == 0 || made == EEXIST)
		return true;
	errno = made;
	if (fd == -ENOENT)
		return listener_fail(listener, "making its directory");
	log_error("ctl", "cannot serve %s: making its directory: %s",
	    listener->path, refusal.text);
	return false;
}

static bool
listener_make_directory(const struct listener *listener)
{
	char *copy = memory_strdup(listener->path), *path, here[PATH_MAX] = "";
	const char *directory = dirname(copy);
	struct stat status;
	bool there = true;

	if (stat(directory, &status) != 0 && errno == ENOENT &&
	    (directory[0] == '/' || getcwd(here, sizeof(here)) != NULL)) {
		path = memory_format(
		    "%s%s%s", here, directory[0] == '/' ? "" : "/", directory);
		there = listener_make(listener, path);
		free(path);
	}
	free(copy);
	return there;
}

/* Whether the file that is locked is still the one of that name. */
static bool
listener_lock_is_current(const struct listener *listener)
{
	struct stat locked, named;

	return fstat(listener->lock_fd, &locked) == 0 &&
	       stat(listener->lock_path, &named) == 0 &&
	       locked.st_dev == named.st_dev && locked.st_ino == named.st_ino;
}

/* The last holder removes the file when it ends: then try again. */
static bool
listener_lock(struct listener *listener)
{
	for (;;) {
		listener->lock_fd = open(listener->lock_path,
		    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (listener->lock_fd < 0)
			return listener_fail(listener, "opening its lock file");
		(void)forked_closes(listener->lock_fd);
		if (!forked_lock(listener->lock_fd))
			break;
		if (listener_lock_is_current(listener))
			return true;
		forked_close(listener->lock_fd);
	}
	if (errno == EWOULDBLOCK)
		log_error("ctl",
		    "cannot serve %s: another netinstd does, it holds %s",
		    listener->path, listener->lock_path);
	else
		(void)listener_fail(listener, "locking its lock file");
	forked_close(listener->lock_fd);
	listener->lock_fd = -1;
	return false;
}

static void
listener_fill_address(
    const struct listener *listener, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	(void)memcpy(
	    address->sun_path, listener->path, strlen(listener->path) + 1);
}

/* Whether some other program, which knows nothing of the lock, listens. */
static bool
listener_is_served(const struct listener *listener)
{
	struct sockaddr_un address;
	bool served;
	int fd;

	listener_fill_address(listener, &address);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	served = connect(fd, (const struct sockaddr *)&address,
		     sizeof(address)) == 0 ||
		 errno == EAGAIN;
	(void)close(fd);
	return served;
}

/* The lock is held, so a socket that nobody listens on is stale. */
static bool
listener_remove_stale(const struct listener *listener)
{
	struct stat found;

	if (lstat(listener->path, &found) != 0)
		return errno == ENOENT ||
		       listener_fail(listener, "looking for an old socket");
	if (!S_ISSOCK(found.st_mode)) {
		log_error("ctl",
		    "cannot serve %s: there is a file of that name that is no "
		    "socket",
		    listener->path);
		return false;
	}
	if (listener_is_served(listener)) {
		log_error("ctl", "cannot serve %s: another program does",
		    listener->path);
		return false;
	}
	if (unlink(listener->path) != 0)
		return listener_fail(listener, "removing an old socket");
	log_info("ctl", "removed the stale socket %s", listener->path);
	return true;
}

/*
 * Binds the socket with its mode: before a chmod(2), whoever can write to the
 * directory could put another file in its place. No other thread makes files
 * yet, which the umask would change.
 */
static bool
listener_bind_as(struct listener *listener, mode_t mode)
{
	struct sockaddr_un address;
	mode_t mask;
	bool bound;

	listener_fill_address(listener, &address);
	if (fchmod(listener->fd, mode) != 0)
		return listener_fail(listener, "setting its mode");
	mask = umask(0);
	bound = bind(listener->fd, (const struct sockaddr *)&address,
		    sizeof(address)) == 0;
	(void)umask(mask);
	return bound || listener_fail(listener, "binding the socket");
}

/*
 * Remembers the socket that was bound, and gives it to a group. It is one of
 * ours with that one name: nothing else is ever changed or removed.
 */
static bool
listener_take_up(struct listener *listener, gid_t group)
{
	int fd = open(listener->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat found;
	bool done = false;

	if (fd < 0)
		return listener_fail(listener, "looking at the socket");
	if (fstat(fd, &found) != 0 || !S_ISSOCK(found.st_mode) ||
	    found.st_uid != geteuid() || found.st_nlink != 1) {
		log_error("ctl",
		    "cannot serve %s: somebody has put something else in place "
		    "of the socket",
		    listener->path);
	} else {
		listener->device = found.st_dev;
		listener->inode = found.st_ino;
		done = group == PEER_NO_GROUP ||
		       fchownat(fd, "", (uid_t)-1, group, AT_EMPTY_PATH) == 0 ||
		       listener_fail(listener, "giving it to the admin group");
	}
	(void)close(fd);
	return done;
}

bool
listener_open(struct listener *listener, mode_t mode, gid_t group)
{
	listener->fd = forked_closes(
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
	if (listener->fd < 0)
		return listener_fail(listener, "making a socket");
	if (!listener_bind_as(listener, mode) ||
	    !listener_take_up(listener, group))
		return false;
	if (listen(listener->fd, LISTEN_BACKLOG) != 0)
		return listener_fail(listener, "listening");
	listener_restore_spare(listener);
	return true;
}

bool
listener_claim(struct listener *listener, const char *path)
{
	*listener = (struct listener){.fd = -1, .lock_fd = -1, .spare_fd = -1};
	if (path[0] == '\0' ||
	    strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path)) {
		log_error("ctl",
		    "cannot serve %s: a socket's path has 1 to %zu bytes", path,
		    sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
		return false;
	}
	listener->path = memory_strdup(path);
	listener->lock_path = memory_format("%s.lock", path);
	if (listener_make_directory(listener) && listener_lock(listener) &&
	    listener_remove_stale(listener))
		return true;
	listener_free(listener);
	return false;
}

void
listener_close(struct listener *listener)
{
	struct stat found;

	if (listener->fd < 0)
		return;
	if (lstat(listener->path, &found) == 0 &&
	    found.st_dev == listener->device && found.st_ino == listener->inode)
		(void)unlink(listener->path);
	forked_close(listener->fd);
	listener->fd = -1;
}

static void
listener_close_fd(int *fd)
{
	if (*fd >= 0)
		forked_close(*fd);
	*fd = -1;
}

void
listener_free(struct listener *listener)
{
	listener_close(listener);
	/* While it is locked: whoever waits for the lock looks again then. */
	if (listener->lock_fd >= 0)
		(void)unlink(listener->lock_path);
	listener_close_fd(&listener->lock_fd);
	listener_close_fd(&listener->spare_fd);
	free(listener->path);
	free(listener->lock_path);
	listener->path = listener->lock_path = NULL;
}

static int
listener_take(const struct listener *listener)
{
	return forked_closes(
	    accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

enum listener_news
listener_accept(struct listener *listener, int *fd)
{
	/* It may be missing since there was no descriptor at all. */
	listener_restore_spare(listener);
	*fd = listener_take(listener);
	if (*fd >= 0)
		return LISTENER_CLIENT;
	/*
	 * ECONNABORTED and the like: that client is gone. If there are more,
	 * the listening socket is still readable.
	 */
	if (errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
	    errno != ENOBUFS)
		return LISTENER_NOBODY;
	listener->shortage = errno;
	if (listener->spare_fd < 0)
		return LISTENER_EXHAUSTED;
	listener_close_fd(&listener->spare_fd);
	*fd = listener_take(listener);
	if (*fd >= 0)
		return LISTENER_FULL;
	return LISTENER_EXHAUSTED;
}

void
listener_restore_spare(struct listener *listener)
{
	if (listener->spare_fd < 0)
		listener->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}
