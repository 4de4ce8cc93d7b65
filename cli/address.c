/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.c: finds the control socket, and explains a failure to somebody who
 * may never have started netinstd.
 */
#include "address.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "lib/clock.h"
#include "memory.h"
#include "report.h"

/* A path, and who said so: for messages. */
struct address {
	char *path;
	const char *origin;
};

static int
address_choose(const char *given, struct address *address)
{
	const char *environ_path = getenv(RPC_SOCKET_ENVIRON);
	const char *directory = getenv("XDG_RUNTIME_DIR");

	if (given != NULL) {
		address->origin = "";
		address->path = memory_format("%s", given);
	} else if (environ_path != NULL && *environ_path != '\0') {
		address->origin = " (from $" RPC_SOCKET_ENVIRON ")";
		address->path = memory_format("%s", environ_path);
	} else if (geteuid() == 0) {
		address->origin = "";
		address->path = memory_format("%s", RPC_SOCKET_ROOT);
	} else if (directory != NULL && *directory != '\0') {
		address->origin = " (from $XDG_RUNTIME_DIR)";
		address->path =
		    memory_format("%s/%s", directory, RPC_SOCKET_USER);
	} else {
		return report(EXIT_UNREACHABLE,
		    "name it with -s SOCKET or $" RPC_SOCKET_ENVIRON,
		    "cannot tell where the daemon's socket is: "
		    "$XDG_RUNTIME_DIR is not set");
	}
	return EXIT_OK;
}

/* What to do about an errno of connect(2). */
static const char *
address_hint(const struct address *address, int error)
{
	if (error == EACCES || error == EPERM)
		return "become root, or join the group that owns the socket";
	if (strcmp(address->path, RPC_SOCKET_ROOT) != 0 &&
	    access(RPC_SOCKET_ROOT, F_OK) == 0)
		return "the system's netinstd is at -s " RPC_SOCKET_ROOT;
	if (error == EAGAIN)
		return "netinstd is there, but busy; try again, or longer: -t";
	return "start netinstd, or name another socket with -s or "
	       "$" RPC_SOCKET_ENVIRON;
}

static int
address_exit_code(int error)
{
	if (error == EACCES || error == EPERM)
		return EXIT_DENIED;
	return error == EAGAIN ? EXIT_TIMED_OUT : EXIT_UNREACHABLE;
}

static int
address_unreachable(const struct address *address, int error)
{
	const char *why = strerror(error);
	struct stat status;

	if (stat(address->path, &status) == 0 && !S_ISSOCK(status.st_mode))
		why = "that is not a socket";
	else if (error == ENOENT)
		why = "there is no such socket";
	else if (error == ECONNREFUSED)
		why = "the socket is there, but no daemon listens to it";
	else if (error == EPROTOTYPE)
		why = "that is not a socket of netinstd";
	else if (error == EAGAIN)
		why = "the daemon did not take the connection in time";
	return report(address_exit_code(error), address_hint(address, error),
	    "cannot reach netinstd at %s%s: %s", address->path, address->origin,
	    why);
}

/* connect(2) waits for a daemon whose queue is full: not beyond deadline. */
static void
address_limit(int fd, int64_t deadline)
{
	struct timeval left = {.tv_sec = 0, .tv_usec = 1};
	int64_t rest;

	if (deadline == 0)
		return;
	rest = deadline - clock_monotonic();
	if (rest > 1000) {
		left.tv_sec = rest / NS_PER_SEC;
		left.tv_usec = rest % NS_PER_SEC / 1000;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &left, sizeof(left));
}

/* Returns the connected descriptor or a negative errno. */
static int
address_open(const char *path, int64_t deadline)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	memcpy(name.sun_path, path, strlen(path));
	address_limit(fd, deadline);
	if (connect(fd, (const struct sockaddr *)&name, sizeof(name)) != 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		error = errno;
		(void)close(fd);
		return -error;
	}
	return fd;
}

int
address_connect(const char *given, int64_t deadline, char **path, int *fd)
{
	struct address address = {.path = NULL};
	size_t most = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;
	int code = address_choose(given, &address);

	if (address.path == NULL)
		return code;
	if (*address.path == '\0' || strlen(address.path) > most) {
		code = report(EXIT_USAGE, NULL,
		    "the path of a socket has 1 to %zu bytes; this one%s has "
		    "%zu",
		    most, address.origin, strlen(address.path));
		free(address.path);
		return code;
	}
	*fd = address_open(address.path, deadline);
	if (*fd < 0) {
		code = address_unreachable(&address, -*fd);
		free(address.path);
		return code;
	}
	*path = address.path;
	return EXIT_OK;
}
