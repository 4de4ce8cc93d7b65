/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h: a connection to the daemon. Requests may be sent ahead of the
 * replies, up to RPC_IN_FLIGHT_MAX; replies come in any order. Every failure
 * has been printed when a function returns anything but EXIT_OK, and the
 * connection is of no use afterwards.
 */
#ifndef NETINST_CLI_CLIENT_H
#define NETINST_CLI_CLIENT_H

#include <stdint.h>

#include <jansson.h>

#include "jsontext.h"

struct client;

/* An answer. Zeroed is a valid reply: one that has not come. */
struct reply {
	int64_t id;	     /* what client_send() returned */
	const json_t *error; /* NULL: there is a result */
	const json_t *result;
	struct scan_slice text; /* the result, byte by byte as it came */
	json_t *root;		/* owns error and result */
	char *line;		/* owns text */
};

/*
 * socket is the argument of -s, or NULL. timeout, in nanoseconds, covers all
 * use of the connection; 0: none.
 */
int client_open(const char *socket, int64_t timeout, struct client **client);
void client_close(struct client *client); /* NULL is fine */

/* Queues a request, returns its id. STEALS params; NULL: none. */
int64_t client_send(struct client *client, const char *method, json_t *params);

/*
 * Sends what is queued and waits for the next answer. When it returns EXIT_OK,
 * reply_free() the reply.
 */
int client_receive(struct client *client, struct reply *reply);

/*
 * The daemon says that this is its process. If the kernel agrees, its end is
 * what client_wait_end() waits for; else, until it closes the connection.
 */
void client_watch_process(struct client *client, int64_t pid);
int client_wait_end(struct client *client);

/* Sends one request and waits for its answer. STEALS params. */
int client_ask(struct client *client, const char *method, json_t *params,
    struct reply *reply);

void reply_free(struct reply *reply);

#endif
