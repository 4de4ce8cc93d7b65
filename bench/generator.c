/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generator.c: one epoll loop over the connections of one run. Each connection
 * sends as many requests as it got replies, in one write, so the number under
 * way stays what was asked for. Requests under way are few and short: they
 * always fit into the socket's buffer, and a write never comes up short.
 */
#include "generator.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "lib/clock.h"
#include "measure.h"
#include "wire.h"

#define GENERATOR_READ_SIZE   (64 << 10)
#define GENERATOR_DRAIN_LIMIT (10 * NS_PER_SEC)

struct connection {
	int fd;
	unsigned slot; /* of the next request */
	uint64_t sent, replies, lines, bytes;
};

struct run {
	const struct generator *generator;
	int epoll;
	bool sending;
	uint64_t under_way;
	struct connection connections[GENERATOR_CLIENTS_MAX];
};

static void
generator_send(struct run *run, struct connection *connection, unsigned count)
{
	const struct generator_request *request = run->generator->request;
	size_t length = count * request->size;
	const char *from = request->bytes + connection->slot * request->size;

	if (send(connection->fd, from, length, MSG_NOSIGNAL) != (ssize_t)length)
		measure_fail("the server does not take requests");
	connection->slot = (connection->slot + count) % run->generator->depth;
	connection->sent += count;
	run->under_way += count;
}

static void
generator_connect(struct run *run, struct connection *connection)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};

	*connection =
	    (struct connection){.fd = wire_connect(run->generator->socket)};
	if (connection->fd < 0 ||
	    fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0 ||
	    epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
		measure_fail("cannot connect to %s", run->generator->socket);
}

static unsigned
generator_count_lines(const char *data, size_t length)
{
	const char *end = data + length;
	unsigned lines = 0;

	while ((data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
		data++;
		lines++;
	}
	return lines;
}

static void
generator_receive(struct run *run, struct connection *connection)
{
	static char buffer[GENERATOR_READ_SIZE];
	ssize_t got = read(connection->fd, buffer, sizeof(buffer));
	uint64_t replies;
	unsigned fresh;

	if (got <= 0)
		measure_fail("the server hung up");
	connection->bytes += (uint64_t)got;
	connection->lines += generator_count_lines(buffer, (size_t)got);
	replies = connection->lines / run->generator->request->reply_lines;
	fresh = (unsigned)(replies - connection->replies);
	connection->replies = replies;
	run->under_way -= fresh;
	if (fresh > 0 && run->sending)
		generator_send(run, connection, fresh);
}

static void
generator_turn(struct run *run)
{
	struct epoll_event events[GENERATOR_CLIENTS_MAX];
	int i,
	    count = epoll_wait(run->epoll, events, GENERATOR_CLIENTS_MAX, 1000);

	if (count < 0 && errno != EINTR)
		measure_fail("cannot wait for replies");
	for (i = 0; i < count; i++)
		generator_receive(run, events[i].data.ptr);
}

static void
generator_start(struct run *run)
{
	unsigned i;

	run->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (run->epoll < 0)
		measure_fail("cannot make an epoll");
	for (i = 0; i < run->generator->clients; i++)
		generator_connect(run, &run->connections[i]);
	for (i = 0; i < run->generator->clients; i++)
		generator_send(
		    run, &run->connections[i], run->generator->depth);
}

static uint64_t
generator_replies(const struct run *run)
{
	uint64_t replies = 0;
	unsigned i;

	for (i = 0; i < run->generator->clients; i++)
		replies += run->connections[i].replies;
	return replies;
}

/* Takes the replies still due, so that every byte can be accounted for. */
static void
generator_drain(struct run *run)
{
	int64_t until = clock_monotonic() + GENERATOR_DRAIN_LIMIT;

	run->sending = false;
	while (run->under_way > 0) {
		if (clock_monotonic() > until)
			measure_fail("%llu replies did not come",
			    (unsigned long long)run->under_way);
		generator_turn(run);
	}
}

static void
generator_finish(struct run *run)
{
	const struct connection *connection;
	unsigned i;

	for (i = 0; i < run->generator->clients; i++) {
		connection = &run->connections[i];
		if (connection->replies != connection->sent ||
		    connection->bytes !=
			connection->replies *
			    run->generator->request->reply_size)
			measure_fail("a reply is not the one expected");
		(void)close(connection->fd);
	}
	(void)close(run->epoll);
}

void
generator_run(
    const struct generator *generator, struct generator_result *result)
{
	static struct run run;
	int64_t start, now;

	ASSERT(generator->clients <= GENERATOR_CLIENTS_MAX);
	ASSERT(generator->depth <= GENERATOR_DEPTH_MAX);
	run = (struct run){.generator = generator, .sending = true};
	start = clock_monotonic();
	generator_start(&run);
	do {
		generator_turn(&run);
		now = clock_monotonic();
	} while (now - start < generator->duration);
	result->replies = generator_replies(&run);
	result->elapsed = now - start;
	generator_drain(&run);
	generator_finish(&run);
}
