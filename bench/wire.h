/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h: a simple connection to a server that answers in lines: send, then
 * wait for a line. What it is used for is not timed; generator.h is the
 * generator of load. One thread. Failures end the program.
 */
#ifndef NETINST_BENCH_WIRE_H
#define NETINST_BENCH_WIRE_H

#include <stddef.h>

struct wire {
	int fd;
	char *buffer;
	size_t size;
	size_t start, end; /* what was read and not yet given out */
};

/* A connected socket, or -1. */
int wire_connect(const char *path);

void wire_open(struct wire *wire, const char *path);
void wire_close(struct wire *wire);

void wire_send(struct wire *wire, const char *data, size_t length);

/*
 * The next line, without its LF (and without a CR before it), terminated;
 * borrowed until the next call.
 */
char *wire_read_line(struct wire *wire, size_t *length);

/*
 * One JSON-RPC request and its answer. params: a JSON value. Fails the program
 * when the answer is an error. Borrowed until the next call.
 */
char *wire_call(
    struct wire *wire, const char *method, const char *params, size_t *length);

#endif
