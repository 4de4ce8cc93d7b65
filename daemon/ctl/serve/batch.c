/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.c: owns the text and the answers of one batch. It lives until every
 * request of it is settled, whatever happens to the client meanwhile.
 */
#include "ctl/serve/batch.h"

#include <stdlib.h>

#include <netinst/rpc.h>

#include "base/check.h"
#include "base/memory.h"
#include "ctl/serve/rpc.h"
#include "ctl/serve/session.h"
#include "lib/emit.h"

struct batch {
	struct session *session; /* NULL: the client is gone */
	struct buffer text;
	struct scan scan;
	unsigned count;
	unsigned served; /* begun, in order */
	unsigned open;	 /* not settled */
	size_t bytes;	 /* of the replies */
	struct buffer replies[];
};

struct batch *
batch_create(
    struct session *session, const char *text, size_t length, unsigned count)
{
	struct batch *batch =
	    memory_zalloc(sizeof(*batch) + count * sizeof(batch->replies[0]));

	ASSERT(count > 0);
	batch->session = session;
	batch->count = count;
	batch->open = count;
	buffer_append(&batch->text, text, length);
	scan_start(&batch->scan, batch->text.data, length);
	(void)scan_enter(&batch->scan, '[');
	return batch;
}

static void
batch_free(struct batch *batch)
{
	for (unsigned i = 0; i < batch->count; i++)
		buffer_free(&batch->replies[i]);
	buffer_free(&batch->text);
	free(batch);
}

/* Writes the answers on one line; nothing when all were notifications. */
static void
batch_send(struct batch *batch)
{
	struct session *session = batch->session;
	struct buffer *out = &session->output;

	if (batch->bytes > 0) {
		emit_raw_byte(out, '[');
		for (unsigned i = 0; i < batch->count; i++) {
			if (batch->replies[i].length == 0)
				continue;
			emit_key(out, NULL);
			buffer_append(out, batch->replies[i].data,
			    batch->replies[i].length);
		}
		emit_end_array(out);
		emit_raw_byte(out, '\n');
	}
	session->under_construction -= batch->bytes;
	session->stirred(session);
}

static void
batch_close_one(struct batch *batch)
{
	ASSERT(batch->open > 0);
	if (--batch->open > 0)
		return;
	if (batch->session != NULL)
		batch_send(batch);
	batch_free(batch);
}

bool
batch_step(struct batch *batch,
    void (*serve)(struct rpc_call *call, struct scan *scan))
{
	unsigned slot = batch->served++;
	bool more = batch->served < batch->count;
	bool found = scan_next_element(&batch->scan);
	struct rpc_call call = {
	    .session = batch->session,
	    .batch = batch,
	    .slot = slot,
	    .out = &batch->replies[slot],
	};

	ASSERT(slot < batch->count && found);
	serve(&call, &batch->scan);
	return more;
}

void
batch_settle(struct rpc_call *call)
{
	struct batch *batch = call->batch;
	struct buffer *reply = &batch->replies[call->slot];

	if (call->out->length > 0 &&
	    batch->bytes + call->out->length > RPC_REPLY_MAX)
		(void)rpc_error_limit(call, RPC_LIMIT_REACHED, RPC_REPLY_MAX,
		    "ask for less in one batch",
		    "the reply to the batch would be too long");
	if (call->out != reply)
		buffer_swap(call->out, reply);
	batch->bytes += reply->length;
	batch->session->under_construction += reply->length;
	batch_close_one(batch);
}

void
batch_abandon(struct batch *batch)
{
	unsigned unserved = batch->count - batch->served;

	batch->session = NULL;
	batch->served = batch->count;
	batch->open -= unserved;
	if (batch->open == 0)
		batch_free(batch);
}

void
batch_drop(struct batch *batch)
{
	ASSERT(batch->session == NULL);
	batch_close_one(batch);
}
