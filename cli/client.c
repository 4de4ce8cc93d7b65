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
#include <unistd.h>

#include <netinst/rpc.h>

#include "address.h"
#include "lib/buffer.h"
#include "lib/clock.h"
#include "lib/lines.h"
#include "memory.h"
#include "report.h"

/* Bytes that are asked for at once. */
#define CLIENT_CHUNK 65536

/* A line longer than the longest reply is not from netinstd. */
#define CLIENT_LINE_MAX (RPC_REPLY_MAX + CLIENT_CHUNK)

struct client {
	int fd;
	char *path;
	int64_t deadline; /* monotonic clock, 0: none */
	int64_t last_id;
	int process; /* a pidfd of the daemon, or -1 */
	bool deaf;   /* the daemon reads no more; answers may still come */
	struct lines in;
	struct buffer out;
	size_t sent; /* bytes of out */
};

int
client_open(const char *socket, int64_t timeout, struct client **client)
{
	struct client *new = memory_zalloc(sizeof(*new));
	int code;

	if (timeout != 0)
		new->deadline = clock_monotonic() + timeout;
	code = address_connect(socket, new->deadline, &new->path, &new->fd);
	if (code != EXIT_OK) {
		free(new);
		return code;
	}
	new->process = -1;
	new->in.longest = CLIENT_LINE_MAX;
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
	buffer_free(&client->in.buffer);
	buffer_free(&client->out);
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
	buffer_consume(&client->out, client->sent);
	client->sent = 0;
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
		int64_t left = client->deadline - clock_monotonic();

		if (left <= 0)
			return client_timed_out();
		/* Rounded up; a long one is only polled in turns. */
		milliseconds = left > 1000 * NS_PER_SEC
				   ? 1000000
				   : (int)((left + 999999) / 1000000);
	}
	count = poll(&ready, 1, milliseconds);
	if (count < 0 && errno != EINTR)
		return client_lost(client, strerror(errno));
	return EXIT_OK;
}

/*
 * A daemon that refuses a connection says why and closes it: writing fails, but
 * the answer can still be read.
 */
static void
client_write(struct client *client)
{
	struct buffer *out = &client->out;
	ssize_t written;

	if (client->sent == out->length || client->deaf)
		return;
	written = send(client->fd, out->data + client->sent,
	    out->length - client->sent, MSG_NOSIGNAL);
	if (written >= 0)
		client->sent += (size_t)written;
	else if (errno != EAGAIN && errno != EINTR)
		client->deaf = true;
}

/* Reads what has come; *closed: nothing more will come. */
static int
client_read(struct client *client, bool *closed)
{
	struct buffer *in = &client->in.buffer;
	ssize_t got;

	lines_compact(&client->in);
	got = recv(client->fd, buffer_room(in, CLIENT_CHUNK), CLIENT_CHUNK, 0);
	if (got > 0)
		in->length += (size_t)got;
	else if (got == 0 || errno == ECONNRESET)
		*closed = true;
	else if (errno != EAGAIN && errno != EINTR)
		return client_lost(client, strerror(errno));
	return EXIT_OK;
}

/* STEALS line. reply->id stays 0 when it answers no request. */
static int
client_parse(const struct client *client, char *line, struct reply *reply)
{
	struct scan_slice all = {.text = line, .length = strlen(line)};
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

/* Sends what is queued meanwhile. The line is a copy; the caller frees it. */
static int
client_next_line(struct client *client, char **line)
{
	enum lines_next next;
	bool closed = false;
	size_t length;
	char *at;

	while ((next = lines_next(&client->in, &at, &length)) == LINES_NONE) {
		bool pending = client->sent < client->out.length;
		short events =
		    pending && !client->deaf ? POLLIN | POLLOUT : POLLIN;
		int code;

		if (closed)
			return client_lost(
			    client, "it has closed the connection");
		code = client_poll(client, client->fd, events);
		if (code != EXIT_OK)
			return code;
		client_write(client);
		code = client_read(client, &closed);
		if (code != EXIT_OK)
			return code;
	}
	if (next == LINES_LONG)
		return client_foreign(client);
	*line = memory_alloc(length + 1);
	(void)memcpy(*line, at, length);
	(*line)[length] = '\0';
	return EXIT_OK;
}

int
client_receive(struct client *client, struct reply *reply)
{
	int code;

	do {
		char *line = NULL;

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
 * The daemon gives a pid of its own pid namespace: it is valid here if the
 * kernel names the same one.
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
		client->in.taken = client->in.searched =
		    client->in.buffer.length;
	}
	return client->process < 0 ? EXIT_OK : client_wait_process(client);
}
