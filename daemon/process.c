/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.c: descriptors and signals. Signals are read like data, so no code
 * of the daemon runs in a handler for these. Main thread.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

bool
process_fill_descriptors(void)
{
	int fd;

	/* The lowest that is free is what open() returns. */
	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return false;
	} while (fd <= STDERR_FILENO);
	(void)close(fd);
	return true;
}

int
process_open_signals(void)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
process_next_signal(int fd, pid_t *from)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	*from = (pid_t)info.ssi_pid;
	return (int)info.ssi_signo;
}
