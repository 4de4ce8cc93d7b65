/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h: one client without its socket and its lines, for whoever answers
 * its requests. conn.c embeds it. Loop thread.
 */
#ifndef NETINST_CTL_SESSION_H
#define NETINST_CTL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "lib/buffer.h"

struct service;
struct pending;
struct batch;

TAILQ_HEAD(pending_list, pending);

struct session {
	struct service *service;
	/* There is output, or a request wants a turn. */
	void (*stirred)(struct session *session);
	uid_t user;	    /* the client's */
	bool may_write;	    /* may call what changes something */
	bool refused;	    /* broke a limit: what else it sends is not read */
	unsigned in_flight; /* requests that wait */
	struct pending_list waiting; /* they, oldest first */
	struct pending_list ready;   /* those that can be answered now */
	struct pending_list pieces;  /* those answered in pieces: one by one */
	struct batch *batch;	     /* being served; the next line waits */
	struct buffer output;	     /* to be sent; whole lines */
	size_t under_construction;   /* bytes of replies not in output yet */
};

void session_init(struct session *session, struct service *service,
    void (*stirred)(struct session *session));

/*
 * Answers one line, or begins to. length bytes, without the line's end; they
 * are changed, and so is the byte after them.
 */
void session_serve_line(struct session *session, char *line, size_t length);

/*
 * Does one more piece of what is under way: the next request of a batch, some
 * items of a long list. Returns whether there is another piece to do now.
 */
bool session_step(struct session *session);

/* Nothing is under way: every line was answered. */
bool session_is_idle(const struct session *session);

/* Why a client is not served: a limit that it breaks, or a failing system. */
struct session_refusal {
	int error;     /* the system's errno; 0: the limit and its texts */
	int64_t limit; /* 0: none */
	const char *hint, *text;
};

/* Writes an error that answers no request; the client is read no further. */
void session_refuse(
    struct session *session, const struct session_refusal *refusal);

/* Answers whatever is under way with shutting-down. */
void session_shut_down(struct session *session);

/*
 * The client is gone. What is under way in the core goes on, unanswered; the
 * session may be freed.
 */
void session_close(struct session *session);

#endif
