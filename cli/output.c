/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.c: every command prints through stdio and does not look at the
 * outcome; whether all of it arrived is asked here, at the end of a page and at
 * the end of all. SIGPIPE is ignored: an operation goes on when its reader has
 * gone.
 */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "report.h"

static int first_error; /* an errno, or UNKNOWN */

#define UNKNOWN (-1)

/*
 * Without standard descriptors the socket would become one of them, and output
 * would go to the daemon. They are opened for the wrong direction, so that
 * using one is still an error.
 */
static void
output_fill_descriptors(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", modes[fd]);
	}
}

void
output_start(void)
{
	output_fill_descriptors();
	(void)signal(SIGPIPE, SIG_IGN);
}

/* Why the last write failed: stdio may have seen it long ago. */
static int
output_error(void)
{
	struct pollfd reader = {.fd = STDOUT_FILENO, .events = POLLOUT};

	if (errno != 0)
		return errno;
	if (poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0)
		return EPIPE;
	return UNKNOWN;
}

bool
output_flush(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	if (first_error == 0)
		first_error = output_error();
	return false;
}

int
output_finish(int code)
{
	if (output_flush() || first_error == EPIPE)
		return code;
	return report(EXIT_FAILED, NULL, "cannot write all of the output%s%s",
	    first_error != UNKNOWN ? ": " : "",
	    first_error != UNKNOWN ? strerror(first_error) : "");
}
