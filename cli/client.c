/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.c: lines of JSON over the control socket. One poll serves both
 * directions: while requests still go out, replies already come in, so neither
 * side can block the other. One deadline covers all of it.
 */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinst/rpc.h>

#include "address.h"
#include "memory.h"
#include "report.h"

/* Bytes that are asked for at once. */
#define CLIENT_CHUNK 65536

/* A line longer than the longest reply is not from netinstd. */
#define CLIENT_LINE_MAX (RPC_REPLY_MAX + CLIENT_CHUNK)

#define NANOSECONDS 1000000000LL

struct buffer {
	char *bytes;
	size_t first, end, size; /* first to end is what counts */
};

struct client {
	int fd;
	char *path;
	int64_t deadline; /* monotonic clock, 0: none */
	int64_t last_id;
	int process;	 /* a pidfd of the daemon, or -1 */
	bool deaf;	 /* the daemon reads no more; answers may still come */
	size_t searched; /* bytes behind in.first that hold no line feed */
	struct buffer in, out;
};

static int64_t
client_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NANOSECONDS + now.tv_nsec;
}

/* Room for length more bytes behind the end. */
static char *
buffer_room(struct buffer *buffer, size_t length)
{
	size_t used = buffer->end - buffer->first;

	if (buffer->size - buffer->end >= length)
		return buffer->bytes + buffer->end;
	if (buffer->first > 0) {
		memmove(buffer->bytes, buffer->bytes + buffer->first, used);
		buffer->first = 0;
		buffer->end = used;
	}
	if (buffer->size - used < length) {
		buffer->size = 2 * buffer->size + length;
		buffer->bytes = memory_resize(buffer->bytes, buffer->size, 1);
	}
	return buffer->bytes + used;
}

static void
buffer_append(struct buffer *buffer, const char *bytes, size_t length)
{
	memcpy(buffer_room(buffer, length), bytes, length);
	buffer->end += length;
}

int
client_open(const char *socket, int64_t timeout, struct client **client)
{
	struct client *new = memory_zalloc(1, sizeof(*new));
	int code;

	if (timeout != 0)
		new->deadline = client_now() + timeout;
	code = address_connect(socket, new->deadline, &new->path, &new->fd);
	if (code != EXIT_OK) {
		free(new);
		return code;
	}
	new->process = -1;
	*client = new;
	return EXIT_OK;
}

void
client_close(struct client *client)
{
	if (client == NULL)
		return;
	if (client->process >= 0)
		(void)close(client->process);
	(void)close(client->fd);
	free(client->path);
	free(client->in.bytes);
	free(client->out.bytes);
	free(client);
}

void
reply_free(struct reply *reply)
{
	json_decref(reply->root);
	free(reply->line);
	*reply = (struct reply){.root = NULL};
}

int64_t
client_send(struct client *client, const char *method, json_t *params)
{
	json_t *request = memory_check(json_pack("{s:s, s:I, s:s}", "jsonrpc",
	    "2.0", "id", (json_int_t)++client->last_id, "method", method));
	char *line;

	if (params != NULL)
		(void)json_object_set_new(request, "params", params);
	line = memory_check(json_dumps(request, JSON_COMPACT));
	buffer_append(&client->out, line, strlen(line));
	buffer_append(&client->out, "\n", 1);
	free(line);
	json_decref(request);
	return client->last_id;
}

static int
client_timed_out(void)
{
	return report(EXIT_TIMED_OUT,
	    "what was asked for may still happen; 'netinstctl status' shows "
	    "what the daemon is busy with",
	    "the daemon has not answered in time");
}

static int
client_lost(const struct client *client, const char *why)
{
	return report(EXIT_UNREACHABLE,
	    "what was asked for may have happened; see whether netinstd still "
	    "runs",
	    "lost netinstd at %s: %s", client->path, why);
}

static int
client_foreign(const struct client *client)
{
	return report(EXIT_UNREACHABLE, "is that the socket of netinstd?",
	    "what answers at %s does not speak netinstd's protocol",
	    client->path);
}

/* Waits, not beyond the deadline, until fd may be ready. */
static int
client_poll(const struct client *client, int fd, short events)
{
	struct pollfd ready = {.fd = fd, .events = events};
	int milliseconds = -1, count;

	if (client->deadline != 0) {
		int64_t left = client->deadline - client_now();

		if (left <= 0)
			return client_timed_out();
		/* Rounded up; a long one is only polled in turns. */
		milliseconds = left > 1000 * NANOSECONDS
				   ? 1000000
				   : (int)((left + 999999) / 1000000);
	}
	count = poll(&ready, 1, milliseconds);
	if (count < 0 && errno != EINTR)
		return client_lost(client, strerror(errno));
	return EXIT_OK;
}

/*
 * A daemon that refuses a connection answers why and closes it; what it did
 * not read fails to be written, but the answer is there to be read.
 */
static void
client_write(struct client *client)
{
	struct buffer *out = &client->out;
	ssize_t written;

	if (out->first == out->end || client->deaf)
		return;
	written = send(client->fd, out->bytes + out->first,
	    out->end - out->first, MSG_NOSIGNAL);
	if (written >= 0)
		out->first += (size_t)written;
	else if (errno != EAGAIN && errno != EINTR)
		client->deaf = true;
}

/* Takes in what has come. *closed says that nothing will come any more. */
static int
client_read(struct client *client, bool *closed)
{
	char *room = buffer_room(&client->in, CLIENT_CHUNK);
	ssize_t got = recv(client->fd, room, CLIENT_CHUNK, 0);

	if (got > 0)
		client->in.end += (size_t)got;
	else if (got == 0 || errno == ECONNRESET)
		*closed = true;
	else if (errno != EAGAIN && errno != EINTR)
		return client_lost(client, strerror(errno));
	return EXIT_OK;
}

/* A copy of the next whole line, without its end; NULL: there is none yet. */
static char *
client_line(struct client *client)
{
	struct buffer *in = &client->in;
	size_t length = in->end - in->first;
	const char *start = in->bytes + in->first;
	const char *end = NULL;
	char *line;

	if (length > client->searched)
		end = memchr(
		    start + client->searched, '\n', length - client->searched);
	if (end == NULL) {
		client->searched = length;
		return NULL;
	}
	length = (size_t)(end - start);
	line = memory_zalloc(length + 1, 1);
	memcpy(line, start, length);
	in->first += length + 1;
	client->searched = 0;
	return line;
}

/* STEALS line. reply->id stays 0 when it answers no request. */
static int
client_parse(const struct client *client, char *line, struct reply *reply)
{
	struct slice all = {.at = line, .length = strlen(line)};
	json_error_t ignored;

	reply->line = line;
	reply->root = json_loads(line, 0, &ignored);
	reply->error = json_object_get(reply->root, "error");
	reply->result = json_object_get(reply->root, "result");
	reply->id = json_integer_value(json_object_get(reply->root, "id"));
	if (json_is_object(reply->error))
		return EXIT_OK;
	if (json_is_string(json_object_get(reply->root, "method")))
		return EXIT_OK;
	if (reply->result == NULL || reply->error != NULL || reply->id == 0 ||
	    !jsontext_member(all, "result", &reply->text)) {
		reply_free(reply);
		return client_foreign(client);
	}
	return EXIT_OK;
}

/* Answers to no request: notifications are dropped, an error is the end. */
static int
client_unasked(struct reply *reply)
{
	int code = EXIT_OK;

	if (reply->error != NULL)
		code = report_error("the daemon refused", NULL, reply->error);
	reply_free(reply);
	return code;
}

static int
client_next_line(struct client *client, char **line)
{
	bool closed = false;
	int code;

	while ((*line = client_line(client)) == NULL) {
		bool pending = client->out.first < client->out.end;
		short events =
		    pending && !client->deaf ? POLLIN | POLLOUT : POLLIN;

		if (closed)
			return client_lost(
			    client, "it has closed the connection");
		if (client->in.end - client->in.first > CLIENT_LINE_MAX)
			return client_foreign(client);
		code = client_poll(client, client->fd, events);
		if (code != EXIT_OK)
			return code;
		client_write(client);
		code = client_read(client, &closed);
		if (code != EXIT_OK)
			return code;
	}
	return EXIT_OK;
}

int
client_receive(struct client *client, struct reply *reply)
{
	int code;

	do {
		char *line;

		code = client_next_line(client, &line);
		if (code == EXIT_OK)
			code = client_parse(client, line, reply);
		if (code != EXIT_OK || reply->id != 0)
			return code;
		code = client_unasked(reply);
	} while (code == EXIT_OK);
	return code;
}

int
client_ask(struct client *client, const char *method, json_t *params,
    struct reply *reply)
{
	int64_t id = client_send(client, method, params);
	int code = client_receive(client, reply);

	if (code == EXIT_OK && reply->id != id) {
		reply_free(reply);
		code = client_foreign(client);
	}
	return code;
}

/*
 * The pid that a daemon gives is one of its own pid namespace; it is the right
 * one here if the kernel says so, too.
 */
void
client_watch_process(struct client *client, int64_t pid)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (client->process < 0 &&
	    getsockopt(client->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) ==
		0 &&
	    peer.pid > 0 && peer.pid == pid)
		client->process = pidfd_open(peer.pid, 0);
}

static int
client_wait_process(const struct client *client)
{
	struct pollfd ended = {.fd = client->process, .events = POLLIN};
	int code = EXIT_OK;

	while (code == EXIT_OK && poll(&ended, 1, 0) == 0)
		code = client_poll(client, client->process, POLLIN);
	return code;
}

int
client_wait_end(struct client *client)
{
	bool closed = false;

	while (!closed) {
		int code = client_poll(client, client->fd, POLLIN);

		if (code == EXIT_OK)
			code = client_read(client, &closed);
		if (code != EXIT_OK)
			return code;
		client->in.first = client->in.end;
	}
	return client->process < 0 ? EXIT_OK : client_wait_process(client);
}
