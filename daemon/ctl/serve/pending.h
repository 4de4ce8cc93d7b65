/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h: a request that cannot be answered at once, because it waits for
 * the core or because its answer is long. It holds up nobody else.
 *
 * A handler embeds struct pending first in one of its own, and has it answered
 * later by a function that gets a call as the handler did:
 *
 *   change = pending_create(call, sizeof(*change), answer, release);
 *   pending_expect(&change->pending);
 *   error = instance_shutdown(instance, change_done, change);
 *   if (error == 0)
 *           return pending_wait(&change->pending);
 *   pending_drop(&change->pending);
 *   return rpc_error(call, ...);
 *
 * change_done(), on whatever thread, ends with pending_done(). A long answer
 * comes in pieces instead: its function writes one, and returns
 * pending_again() until it is through.
 *
 * The object outlives its client: while something is expected it stays, and is
 * released unanswered when that comes. Loop thread, except pending_done().
 */
#ifndef NETINST_CTL_PENDING_H
#define NETINST_CTL_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "ctl/serve/rpc.h"
#include "exec/mailbox.h"

struct pending;
struct service;
struct session;

/* A reply under construction is not made much longer than this. */
#define PENDING_REPLY_SIZE (RPC_REPLY_MAX / 2)

typedef const struct rpc_answered *(*pending_answer_fn)(
    struct rpc_call *call, struct pending *pending);

struct pending {
	uint32_t magic;
	bool expected; /* pending_done() will be called */
	unsigned slot;
	struct batch *batch;
	struct session *session; /* NULL: nobody waits for the answer */
	struct service *service;
	TAILQ_ENTRY(pending) link, queue_link;
	struct pending_list *queue; /* where it waits for a turn, or NULL */
	struct mail mail;
	const struct method *method;
	struct rpc_id id;
	struct buffer reply;
	size_t counted; /* of reply, in the session's under_construction */
	pending_answer_fn answer;
	void (*release)(struct pending *pending); /* all but itself */
};

/*
 * Takes over the answering of call. size: of the whole object, which is
 * zeroed. The caller then returns what pending_wait() or pending_again()
 * returns, or drops it.
 */
void *pending_create(struct rpc_call *call, size_t size,
    pending_answer_fn answer, void (*release)(struct pending *pending));

/* Before what will call pending_done() is started. */
void pending_expect(struct pending *pending);

/* Any thread, once after each pending_expect(). */
void pending_done(struct pending *pending);

/* It was not started after all: pending_done() will not be called. */
void pending_drop(struct pending *pending);

/* The answer comes after pending_done() or pending_ready(). */
const struct rpc_answered *pending_wait(struct pending *pending);

/* Has the function that answers called in the next turn. */
const struct rpc_answered *pending_again(struct pending *pending);

/* Ends a wait without pending_done(). */
void pending_ready(struct pending *pending);

/* Whether a long answer should stop here. */
bool pending_is_long(const struct pending *pending);

/* Gives one that is ready its turn. */
void pending_run(struct pending *pending);

/* Answers it now, instead of its function: with cancelled, shutting-down. */
void pending_answer_error(struct pending *pending, enum rpc_error_code code,
    const char *hint, const char *text);

/* The client is gone. */
void pending_abandon(struct pending *pending);

#endif
