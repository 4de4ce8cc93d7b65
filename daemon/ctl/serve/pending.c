/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.c: the life of a request that waits. It belongs to its session until
 * it is answered or its client leaves, then to what it waits for; whoever
 * comes last frees it.
 */
#include "ctl/serve/pending.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/serve/batch.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"

#define PENDING_MAGIC 0x70656e64

static void
pending_free(struct pending *pending)
{
	CHECK(pending, PENDING_MAGIC);
	ASSERT(pending->session == NULL && !pending->expected);
	pending->release(pending);
	buffer_free(&pending->reply);
	pending->magic = 0;
	free(pending);
}

static void
pending_woken(struct mail *mail)
{
	struct pending *pending = CONTAINER_OF(mail, struct pending, mail);

	CHECK(pending, PENDING_MAGIC);
	pending->expected = false;
	if (pending->session != NULL) {
		pending_ready(pending);
		return;
	}
	pending->service->abandoned--;
	pending_free(pending);
}

void *
pending_create(struct rpc_call *call, size_t size, pending_answer_fn answer,
    void (*release)(struct pending *pending))
{
	struct session *session = call->session;
	struct pending *pending = memory_zalloc(size);

	pending->magic = PENDING_MAGIC;
	pending->slot = call->slot;
	pending->batch = call->batch;
	pending->session = session;
	pending->service = session->service;
	pending->mail.run = pending_woken;
	pending->method = call->method;
	pending->id = *call->id;
	pending->answer = answer;
	pending->release = release;
	TAILQ_INSERT_TAIL(&session->waiting, pending, link);
	session->in_flight++;
	return pending;
}

void
pending_expect(struct pending *pending)
{
	ASSERT(!pending->expected);
	pending->expected = true;
}

void
pending_done(struct pending *pending)
{
	CHECK(pending, PENDING_MAGIC);
	mailbox_post(pending->service->mailbox, &pending->mail);
}

static void
pending_leave_queue(struct pending *pending)
{
	if (pending->queue == NULL)
		return;
	TAILQ_REMOVE(pending->queue, pending, queue_link);
	pending->queue = NULL;
}

/* Takes it away from its session; nobody waits for its answer any more. */
static void
pending_detach(struct pending *pending)
{
	struct session *session = pending->session;

	pending_leave_queue(pending);
	TAILQ_REMOVE(&session->waiting, pending, link);
	session->in_flight--;
	session->under_construction -= pending->counted;
	pending->session = NULL;
	if (pending->expected)
		pending->service->abandoned++;
	else
		pending_free(pending);
}

void
pending_drop(struct pending *pending)
{
	pending->expected = false;
	pending_detach(pending);
}

const struct rpc_answered *
pending_wait(struct pending *pending)
{
	CHECK(pending, PENDING_MAGIC);
	return rpc_answered_as(RPC_WAITING);
}

const struct rpc_answered *
pending_again(struct pending *pending)
{
	struct session *session = pending->session;

	CHECK(pending, PENDING_MAGIC);
	ASSERT(pending->queue == NULL);
	pending->queue = &session->pieces;
	/* One that has begun goes on before others begin. */
	if (pending->reply.length > 0)
		TAILQ_INSERT_HEAD(&session->pieces, pending, queue_link);
	else
		TAILQ_INSERT_TAIL(&session->pieces, pending, queue_link);
	session->stirred(session);
	return rpc_answered_as(RPC_AGAIN);
}

void
pending_ready(struct pending *pending)
{
	struct session *session = pending->session;

	CHECK(pending, PENDING_MAGIC);
	ASSERT(pending->queue == NULL);
	pending->queue = &session->ready;
	TAILQ_INSERT_TAIL(&session->ready, pending, queue_link);
	session->stirred(session);
}

bool
pending_is_long(const struct pending *pending)
{
	const struct session *session = pending->session;

	return session->under_construction + pending->reply.length -
		   pending->counted + session->output.length >=
	       PENDING_REPLY_SIZE;
}

static void
pending_open_call(struct pending *pending, struct rpc_call *call)
{
	*call = (struct rpc_call){
	    .session = pending->session,
	    .method = pending->method,
	    .id = &pending->id,
	    .batch = pending->batch,
	    .slot = pending->slot,
	    .out = &pending->reply,
	};
}

/* The reply is complete: hands it to the batch or to the client. */
static void
pending_deliver(struct pending *pending, struct rpc_call *call)
{
	struct session *session = pending->session;
	struct buffer *reply = &pending->reply;

	if (pending->batch != NULL)
		batch_settle(call);
	else if (session->output.length == 0 && reply->length > 0)
		buffer_swap(&session->output, reply);
	else
		buffer_append(&session->output, reply->data, reply->length);
	buffer_free(reply);
	pending_detach(pending);
	session->stirred(session);
}

void
pending_run(struct pending *pending)
{
	struct session *session = pending->session;
	const struct rpc_answered *answered;
	struct rpc_call call;

	CHECK(pending, PENDING_MAGIC);
	pending_leave_queue(pending);
	pending_open_call(pending, &call);
	answered = pending->answer(&call, pending);
	if (rpc_outcome(answered) == RPC_ANSWERED) {
		pending_deliver(pending, &call);
		return;
	}
	session->under_construction += pending->reply.length - pending->counted;
	pending->counted = pending->reply.length;
}

void
pending_answer_error(struct pending *pending, enum rpc_error_code code,
    const char *hint, const char *text)
{
	struct rpc_call call;

	pending_open_call(pending, &call);
	(void)rpc_error(&call, code, hint, "%s", text);
	pending_deliver(pending, &call);
}

void
pending_abandon(struct pending *pending)
{
	struct batch *batch = pending->batch;

	buffer_free(&pending->reply);
	pending_detach(pending);
	if (batch == NULL)
		return;
	batch_abandon(batch);
	batch_drop(batch);
}
