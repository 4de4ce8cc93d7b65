/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile.c: clients that a control socket has to cope with.
 *
 *   hostile trickle SOCKET         sends standard input one byte at a time,
 *                                  closes its side and prints the answer
 *   hostile stall SOCKET           sends standard input, leaves its side open
 *                                  and prints what it is told until it is cut
 *                                  off
 *   hostile deaf SOCKET SECONDS    sends standard input again and again
 *                                  without reading; prints "stuck" when the
 *                                  socket has taken nothing for a second, or
 *                                  "sent"; keeps the connection until SIGTERM
 *   hostile crowd SOCKET COUNT     connects so often; prints what those are
 *                                  told who are cut off, then "open N"; keeps
 *                                  the connections until SIGTERM
 *   hostile leave SOCKET           sends standard input and is gone
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define INPUT_MAX  (4 << 20) /* bytes of standard input */
#define COUNT_MAX  4096	     /* connections of a crowd */
#define SILENCE_MS 1000	     /* after which a socket is stuck */
#define CUT_OFF_MS 200	     /* for a crowd to be told */

static char input[INPUT_MAX];
static size_t input_size;

_Noreturn static void
give_up(const char *what)
{
	(void)fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
read_input(void)
{
	ssize_t got;

	while (input_size < sizeof(input) &&
	       (got = read(STDIN_FILENO, input + input_size,
		    sizeof(input) - input_size)) > 0)
		input_size += (size_t)got;
}

static int
reach(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0)
		give_up("socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
	    0)
		give_up("connect");
	return fd;
}

static bool
can(int fd, short what, int milliseconds)
{
	struct pollfd ready = {.fd = fd, .events = what};

	return poll(&ready, 1, milliseconds) == 1;
}

/* Sends all of it, unless the other side closes first. */
static void
send_all(int fd, const char *bytes, size_t size)
{
	ssize_t sent;

	for (; size > 0; bytes += sent, size -= (size_t)sent) {
		sent = send(fd, bytes, size, MSG_NOSIGNAL);
		if (sent < 0)
			return;
	}
}

/* Prints what comes until the other side closes. */
static void
print_all(int fd)
{
	char bytes[65536];
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		(void)fwrite(bytes, 1, (size_t)got, stdout);
	(void)fflush(stdout);
}

static void
stay(void)
{
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}

static void
trickle(const char *path, const char *argument)
{
	int fd = reach(path);
	size_t i;

	read_input();
	for (i = 0; i < input_size; i++)
		send_all(fd, &input[i], 1);
	(void)shutdown(fd, SHUT_WR);
	print_all(fd);
}

static void
stall(const char *path, const char *argument)
{
	int fd = reach(path);

	read_input();
	send_all(fd, input, input_size);
	print_all(fd);
}

static void
deaf(const char *path, const char *argument)
{
	time_t end = time(NULL) + strtol(argument, NULL, 10);
	int fd = reach(path);
	size_t at = 0;
	ssize_t sent;

	read_input();
	while (time(NULL) < end) {
		if (!can(fd, POLLOUT, SILENCE_MS)) {
			(void)puts("stuck");
			stay();
		}
		sent = send(fd, input + at, input_size - at,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN) {
			(void)puts("cut off");
			return;
		}
		at = sent > 0 ? (at + (size_t)sent) % input_size : at;
	}
	(void)puts("sent");
	stay();
}

static void
crowd(const char *path, const char *argument)
{
	long count = strtol(argument, NULL, 10), open = 0, i;
	struct rlimit most = {COUNT_MAX + 16, COUNT_MAX + 16};
	static int fds[COUNT_MAX];

	if (count < 0 || count > COUNT_MAX ||
	    setrlimit(RLIMIT_NOFILE, &most) != 0)
		give_up("count");
	for (i = 0; i < count; i++)
		fds[i] = reach(path);
	for (i = 0; i < count; i++) {
		if (can(fds[i], POLLIN, open == 0 ? CUT_OFF_MS : 0))
			print_all(fds[i]);
		else
			open++;
	}
	(void)printf("open %ld\n", open);
	stay();
}

static void
leave(const char *path, const char *argument)
{
	int fd = reach(path);

	read_input();
	send_all(fd, input, input_size);
	(void)close(fd);
}

static const struct mode {
	const char *name;
	void (*run)(const char *path, const char *argument);
} modes[] = {
    {"trickle", trickle},
    {"stall", stall},
    {"deaf", deaf},
    {"crowd", crowd},
    {"leave", leave},
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc >= 3 && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(argv[1], modes[i].name) != 0)
			continue;
		modes[i].run(argv[2], argc > 3 ? argv[3] : "0");
		return 0;
	}
	(void)fprintf(stderr, "usage: hostile MODE SOCKET [NUMBER]\n");
	return 2;
}
