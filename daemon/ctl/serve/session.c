/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.c: what is under way for one client. Each step serves one request of
 * a batch, one answer that is ready and one piece of a long answer. Only one
 * long answer is written at a time: many of them cost the memory of one. Loop
 * thread.
 */
#include "ctl/serve/session.h"

#include "base/check.h"
#include "ctl/serve/batch.h"
#include "ctl/serve/dispatch.h"
#include "ctl/serve/pending.h"
#include "ctl/serve/request.h"
#include "ctl/serve/rpc.h"
#include "lib/scan.h"

void
session_init(struct session *session, struct service *service,
    void (*stirred)(struct session *session))
{
	*session = (struct session){.service = service, .stirred = stirred};
	TAILQ_INIT(&session->waiting);
	TAILQ_INIT(&session->ready);
	TAILQ_INIT(&session->pieces);
}

static void
session_answer_nobody(struct session *session, struct rpc_call *call)
{
	static const struct rpc_id unknown = {.kind = ID_NULL};

	*call = (struct rpc_call){
	    .session = session,
	    .id = &unknown,
	    .out = &session->output,
	    .start = session->output.length,
	};
}

void
session_refuse(struct session *session, const struct session_refusal *refusal)
{
	struct rpc_call call;

	session_answer_nobody(session, &call);
	session->refused = true;
	if (refusal->error != 0)
		(void)rpc_error_system(&call, refusal->error);
	else
		(void)rpc_error_limit(&call, RPC_INVALID_REQUEST,
		    refusal->limit, refusal->hint, "%s", refusal->text);
}

/* Counts the requests of an array; answers here what is no batch. */
static void
session_begin_batch(struct session *session, char *line, size_t length)
{
	static const struct session_refusal too_many = {
	    .limit = RPC_BATCH_MAX,
	    .hint = "send them in several batches",
	    .text = "a batch with too many requests",
	};
	struct request_fault fault;
	struct rpc_call call;
	struct scan scan;
	unsigned count = 0;

	scan_start(&scan, line, length);
	(void)scan_enter(&scan, '[');
	while (scan_next_element(&scan))
		count += scan_value(&scan, NULL);
	if (scan_finish(&scan) && count > 0 && count <= RPC_BATCH_MAX) {
		session->batch = batch_create(session, line, length, count);
		return;
	}
	if (count > RPC_BATCH_MAX && scan.error == SCAN_OK) {
		session_refuse(session, &too_many);
		return;
	}
	session_answer_nobody(session, &call);
	if (scan.error == SCAN_OK) {
		(void)rpc_error(&call, RPC_INVALID_REQUEST,
		    "put requests into it", "a batch without a request");
		return;
	}
	request_scan_fault(&scan, &fault);
	(void)dispatch_refuse(&call, &fault);
}

void
session_serve_line(struct session *session, char *line, size_t length)
{
	struct rpc_call call = {
	    .session = session,
	    .out = &session->output,
	    .start = session->output.length,
	};
	struct scan scan;

	ASSERT(session->batch == NULL);
	scan_start(&scan, line, length);
	if (scan_peek(&scan) == '[')
		session_begin_batch(session, line, length);
	else
		dispatch_serve(&call, &scan);
}

/* Gives the first of a queue its turn, if there is one. */
static void
session_run_first(struct pending_list *queue)
{
	struct pending *pending = TAILQ_FIRST(queue);

	if (pending != NULL)
		pending_run(pending);
}

bool
session_step(struct session *session)
{
	if (session->batch != NULL &&
	    !batch_step(session->batch, dispatch_serve))
		session->batch = NULL;
	session_run_first(&session->ready);
	session_run_first(&session->pieces);
	return session->batch != NULL || !TAILQ_EMPTY(&session->ready) ||
	       !TAILQ_EMPTY(&session->pieces);
}

bool
session_is_idle(const struct session *session)
{
	return session->in_flight == 0 && session->batch == NULL;
}

void
session_shut_down(struct session *session)
{
	struct pending *pending;

	while (session->batch != NULL)
		(void)session_step(session);
	while ((pending = TAILQ_FIRST(&session->waiting)) != NULL)
		pending_answer_error(pending, RPC_SHUTTING_DOWN,
		    "what was asked for may or may not have come about",
		    "the daemon stops");
}

void
session_close(struct session *session)
{
	struct pending *pending;

	if (session->batch != NULL)
		batch_abandon(session->batch);
	session->batch = NULL;
	while ((pending = TAILQ_FIRST(&session->waiting)) != NULL)
		pending_abandon(pending);
	buffer_free(&session->output);
}
