/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_out.c: owns the daemon's own way to standard error, set before there are
 * threads. Which one there is depends on what standard error is:
 *
 *   a file        is written to: that waits for no reader
 *   a socket      is sent to, each time without waiting (a service manager's)
 *   a pipe, a     is opened once more: that description is ours, so it can be
 *   terminal      O_NONBLOCK, and the one that was given stays as it is
 *
 * What cannot be opened again (a pipe that another user has made, say) is asked
 * whether it takes a line, by one thread at a time: then nobody of ours can
 * come between the answer and the write. If somebody else does, one thread
 * waits for the reader, and the others lose their lines but no time.
 */
#include "base/log_out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"

_Static_assert(LOG_OUT_MAX <= PIPE_BUF, "a pipe takes a line whole or not");

/* How long a line waits for another thread's to be written. */
#define TURN_PATIENCE (100 * NS_PER_MS)
#define TURN_NAP      (NS_PER_MS / 10)
/* How long a last line waits for who reads, in milliseconds. */
#define LAST_PATIENCE 200

static bool out_in_turns(const char *line, size_t length);

static bool (*out)(const char *line, size_t length) = out_in_turns;
static int own = -1; /* standard error, opened once more */

static struct {
	pthread_mutex_t mutex;
	atomic_bool stuck; /* who has the turn is waiting for a reader */
} turn = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static bool
out_write(const char *line, size_t length)
{
	int fd = own >= 0 ? own : STDERR_FILENO;

	return write(fd, line, length) == (ssize_t)length;
}

static bool
out_send(const char *line, size_t length)
{
	return send(STDERR_FILENO, line, length, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)length;
}

static bool
out_has_room(int patience)
{
	struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&reader, 1, patience) == 1;
}

/* By looking again: a write that does not wait takes microseconds. */
static bool
turn_take(void)
{
	const struct timespec nap = {.tv_nsec = TURN_NAP};
	int64_t until = clock_monotonic() + TURN_PATIENCE;

	while (pthread_mutex_trylock(&turn.mutex) != 0) {
		if (atomic_load(&turn.stuck))
			return false;
		if (clock_monotonic() > until) {
			atomic_store(&turn.stuck, true);
			return false;
		}
		(void)nanosleep(&nap, NULL);
	}
	return true;
}

static bool
out_in_turns(const char *line, size_t length)
{
	bool written;

	if (!turn_take())
		return false;
	written = out_has_room(0) && out_write(line, length);
	atomic_store(&turn.stuck, false);
	(void)pthread_mutex_unlock(&turn.mutex);
	return written;
}

/* Above the standard descriptors, in case one of them was not open. */
static int
open_again(int flags)
{
	int fd = open("/proc/self/fd/2",
	    O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (flags & O_APPEND));
	int high;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	(void)close(fd);
	return high;
}

void
log_out_open(void)
{
	int flags = fcntl(STDERR_FILENO, F_GETFL);
	struct stat status;

	if (flags < 0 || fstat(STDERR_FILENO, &status) != 0)
		return;
	if (S_ISSOCK(status.st_mode))
		out = out_send;
	else if (S_ISREG(status.st_mode) || (flags & O_NONBLOCK) != 0)
		out = out_write;
	else if ((own = open_again(flags)) >= 0)
		out = out_write;
}

bool
log_out(const char *line, size_t length)
{
	bool written;
	int cancel;

	/* It may have the turn. */
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	written = out(line, length);
	(void)pthread_setcancelstate(cancel, NULL);
	return written;
}

void
log_out_last(const char *line, size_t length)
{
	if (out_has_room(LAST_PATIENCE))
		(void)(out == out_send ? out_send(line, length)
				       : out_write(line, length));
}
