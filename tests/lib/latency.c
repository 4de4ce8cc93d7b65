/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency.c: asks the daemon "system.hello" every few milliseconds, on a
 * connection of its own. Prints "asking" and, at SIGTERM, what the slowest
 * answer took, in microseconds, and how many there were. A test runs it beside
 * whatever might hold the daemon up.
 *
 *   latency SOCKET
 *
 * What is measured is the daemon, not the machine: the time that the daemon's
 * loop thread (its main thread) or this program was ready to run and the
 * kernel had no CPU for it does not count. /proc/PID/schedstat tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_MS  5
#define GIVE_UP_S 120

static volatile sig_atomic_t over;

static void
end(int signal)
{
	over = 1;
}

static int64_t
now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Those of the daemon and of this program; -1: the kernel does not tell. */
static int schedstats[2] = {-1, -1};

static void
open_schedstats(int fd)
{
	struct ucred daemon = {0};
	socklen_t size = sizeof(daemon);
	char path[64];

	(void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &daemon, &size);
	(void)snprintf(path, sizeof(path), "/proc/%d/schedstat", daemon.pid);
	schedstats[0] = open(path, O_RDONLY | O_CLOEXEC);
	schedstats[1] = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
}

/* Microseconds spent ready to run but not running, so far. */
static int64_t
starved_us(void)
{
	int64_t ran, waited, sum = 0;
	char text[128];
	ssize_t got;
	int i;

	for (i = 0; i < 2; i++) {
		got = pread(schedstats[i], text, sizeof(text) - 1, 0);
		text[got > 0 ? got : 0] = '\0';
		if (sscanf(text, "%" SCNd64 " %" SCNd64, &ran, &waited) == 2)
			sum += waited / 1000;
	}
	return sum;
}

static int
reach(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address,
			  sizeof(address)) != 0)
		return -1;
	return fd;
}

/* Reads up to the end of a line; false when the daemon goes silent. */
static bool
read_line(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	int64_t until = now_us() + GIVE_UP_S * 1000000LL;
	char buffer[65536];
	ssize_t got;

	while (now_us() < until) {
		if (poll(&readable, 1, 1000) < 1)
			continue;
		got = read(fd, buffer, sizeof(buffer));
		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		if (got > 0 && buffer[got - 1] == '\n')
			return true;
	}
	return false;
}

/* Asks once; the microseconds it took the daemon, or -1. */
static int64_t
ask(int fd)
{
	static const char request[] = "{\"jsonrpc\":\"2.0\",\"id\":1,"
				      "\"method\":\"system.hello\"}\n";
	int64_t starved = starved_us(), begin = now_us(), took;

	if (write(fd, request, sizeof(request) - 1) !=
		(ssize_t)sizeof(request) - 1 ||
	    !read_line(fd))
		return -1;
	took = now_us() - begin - (starved_us() - starved);
	/* Starved a little before or after as well. */
	return took > 0 ? took : 0;
}

int
main(int argc, char **argv)
{
	int64_t worst = 0, took;
	unsigned answers = 0;
	int fd;

	(void)signal(SIGTERM, end);
	fd = argc == 2 ? reach(argv[1]) : -1;
	if (fd < 0) {
		(void)fprintf(stderr, "latency: no daemon to ask\n");
		return 2;
	}
	open_schedstats(fd);
	/* From here on a signal to end is not too early. */
	(void)puts("asking");
	(void)fflush(stdout);
	do {
		took = ask(fd);
		if (took < 0) {
			(void)fprintf(stderr, "latency: no answer\n");
			return 1;
		}
		worst = took > worst ? took : worst;
		answers++;
		(void)poll(NULL, 0, PAUSE_MS);
	} while (!over);
	(void)printf("%lld %u\n", (long long)worst, answers);
	return 0;
}
