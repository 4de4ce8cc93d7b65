/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.c: owns one blocking socket and a buffer that grows to the longest
 * line seen.
 */
#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "measure.h"

#define WIRE_BUFFER_START (64 << 10)

int
wire_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		measure_fail("cannot make a socket");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

void
wire_open(struct wire *wire, const char *path)
{
	*wire = (struct wire){.size = WIRE_BUFFER_START};
	wire->fd = wire_connect(path);
	if (wire->fd < 0)
		measure_fail("cannot connect to %s", path);
	wire->buffer = memory_alloc(wire->size);
}

void
wire_close(struct wire *wire)
{
	(void)close(wire->fd);
	free(wire->buffer);
}

void
wire_send(struct wire *wire, const char *data, size_t length)
{
	ssize_t sent;

	for (; length > 0; data += sent, length -= (size_t)sent) {
		sent = send(wire->fd, data, length, MSG_NOSIGNAL);
		if (sent < 0)
			measure_fail("the server hung up");
	}
}

/* Reads more; makes room first, at the cost of moving what is there. */
static void
wire_fill(struct wire *wire)
{
	ssize_t got;

	if (wire->start > 0) {
		wire->end -= wire->start;
		(void)memmove(
		    wire->buffer, wire->buffer + wire->start, wire->end);
		wire->start = 0;
	}
	if (wire->end == wire->size) {
		wire->size *= 2;
		wire->buffer = memory_resize(wire->buffer, wire->size, 1);
	}
	got = read(wire->fd, wire->buffer + wire->end, wire->size - wire->end);
	if (got <= 0)
		measure_fail("the server hung up");
	wire->end += (size_t)got;
}

char *
wire_read_line(struct wire *wire, size_t *length)
{
	size_t seen = 0;
	char *line, *lf;

	for (;;) {
		line = wire->buffer + wire->start;
		lf = memchr(line + seen, '\n', wire->end - wire->start - seen);
		if (lf != NULL)
			break;
		seen = wire->end - wire->start;
		wire_fill(wire);
	}
	*length = (size_t)(lf - line);
	wire->start += *length + 1;
	if (*length > 0 && line[*length - 1] == '\r')
		--*length;
	line[*length] = '\0';
	return line;
}

char *
wire_call(
    struct wire *wire, const char *method, const char *params, size_t *length)
{
	char *request, *reply;
	int size = asprintf(&request,
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n",
	    method, params);

	if (size < 0)
		measure_fail("out of memory");
	wire_send(wire, request, (size_t)size);
	free(request);
	reply = wire_read_line(wire, length);
	if (strstr(reply, "\"result\":") == NULL)
		measure_fail("%s %s: %s", method, params, reply);
	return reply;
}
