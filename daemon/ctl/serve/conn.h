/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.h: one connection: its bytes in and out; session.h knows what they mean.
 * Loop thread.
 */
#ifndef NETINST_CTL_CONN_H
#define NETINST_CTL_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

struct conn;
struct event_base;
struct peer;
struct service;
struct session_refusal;

/* All connections of a server, oldest first. */
TAILQ_HEAD(conn_list, conn);

/*
 * Serves a client on fd, which becomes the connection's: it puts itself on the
 * list and leaves it when it ends, by itself. False, with errno: the kernel
 * would not tell of what it sends; fd is the caller's as before.
 */
bool conn_open(struct conn_list *list, struct event_base *base,
    struct service *service, int fd, const struct peer *peer);

/* How many connections are of a user's; of those who may only look. */
unsigned conn_count_user(const struct conn_list *list, uid_t uid);
unsigned conn_count_readers(const struct conn_list *list);

/*
 * Answers what is under way with shutting-down, sends what the client takes
 * without waiting, closes and frees it.
 */
void conn_shut_down(struct conn *conn);

/* Tells a client that there is no room for it, and closes fd. */
void conn_refuse(
    struct service *service, int fd, const struct session_refusal *refusal);

#endif
