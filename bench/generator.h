/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generator.h: a generator of load: one thread, many connections, each with a
 * fixed number of requests under way. It does not know what it speaks: requests
 * are bytes of one length, and a reply is over after so many LFs. So every
 * server is driven by the very same code.
 */
#ifndef NETINST_BENCH_GENERATOR_H
#define NETINST_BENCH_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

#define GENERATOR_CLIENTS_MAX 256
#define GENERATOR_DEPTH_MAX   64
/* Requests to be ready in a row: a full depth from any start below it. */
#define GENERATOR_REQUESTS (2 * GENERATOR_DEPTH_MAX)

/* What is asked, again and again; the requests may differ in their ids. */
struct generator_request {
	const char *bytes; /* GENERATOR_REQUESTS of them, one after the other */
	size_t size;	   /* of one request */
	unsigned reply_lines; /* LFs in one reply */
	size_t reply_size;    /* bytes of one reply: checked */
};

struct generator {
	const char *socket;
	const struct generator_request *request;
	unsigned clients;
	unsigned depth;	  /* requests under way on each connection */
	int64_t duration; /* nanoseconds */
};

struct generator_result {
	uint64_t replies;
	int64_t elapsed; /* nanoseconds */
};

/*
 * Connects, keeps the load up for the duration, waits for the last replies and
 * disconnects. A reply of another length than expected fails the program.
 */
void generator_run(
    const struct generator *load, struct generator_result *result);

#endif
