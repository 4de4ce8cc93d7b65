/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.h: one call of a method, as its handler sees it.
 *
 * A handler returns struct rpc_answered, which only rpc_reply(), rpc_error(),
 * ... and pending_wait(), pending_again() give: a path that forgets to answer
 * does not compile. The reply is written straight into what will be sent:
 *
 *   out = rpc_begin(call);
 *   emit_...(out, ...);
 *   return rpc_end(call);
 *
 * Instead of rpc_end() an error may follow at any point: it takes back what was
 * written. Loop thread.
 */
#ifndef NETINST_CTL_RPC_H
#define NETINST_CTL_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinst/rpc.h>

#include "ctl/serve/request.h"
#include "lib/buffer.h"

struct batch;
struct method;
struct param_value;
struct rpc_answered;
struct session;

struct rpc_call {
	struct session *session;
	const struct method *method; /* NULL while it is not known */
	const struct rpc_id *id;
	/* One for each row of the method's table; only in its handler. */
	const struct param_value *params;
	struct batch *batch; /* that this is a part of, or NULL */
	unsigned slot;	     /* in the batch */
	struct buffer *out;
	size_t start; /* length of out before the reply */
};

/* In an error's text: what a client sent, as much of it as a name can have. */
#define RPC_QUOTED_MAX 255
#define RPC_QUOTED     "'%.255s'"

/* Opens the reply: one JSON value is to be written next. */
struct buffer *rpc_result(struct rpc_call *call);

/* Closes it. */
const struct rpc_answered *rpc_reply(struct rpc_call *call);

/* The same for a value that is an object: its members are to be written. */
struct buffer *rpc_begin(struct rpc_call *call);
const struct rpc_answered *rpc_end(struct rpc_call *call);

/*
 * Ends the array of a page and adds, when there are more items, the cursor,
 * as of printf().
 */
void rpc_end_page(struct rpc_call *call, bool more, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The result that says nothing: {}. */
const struct rpc_answered *rpc_reply_empty(struct rpc_call *call);

/*
 * Answers with an error. hint says what to do about it; the text, as of
 * printf(), is one sentence without a full stop.
 */
#define rpc_error(call, code, hint, ...)                                       \
	rpc_fail(call, code, 0, 0, hint, __VA_ARGS__)
/* The same with data.limit, or data.errno (positive). */
#define rpc_error_limit(call, code, limit, hint, ...)                          \
	rpc_fail(call, code, limit, 0, hint, __VA_ARGS__)
#define rpc_error_errno(call, code, error, hint, ...)                          \
	rpc_fail(call, code, 0, error, hint, __VA_ARGS__)
const struct rpc_answered *rpc_fail(struct rpc_call *call,
    enum rpc_error_code code, int64_t limit, int error, const char *hint,
    const char *format, ...) __attribute__((format(printf, 6, 7)));

/*
 * The answer when the system failed or ran out of something; error is a
 * positive errno. One that the table does not know is a bug of the daemon. The
 * text ends in the system's: "plugin.load failed: Out of memory".
 */
const struct rpc_answered *rpc_error_system(struct rpc_call *call, int error);
enum rpc_error_code rpc_error_of_system(int error);

/* The stable name of an error: "instance-not-found". */
const char *rpc_error_name(enum rpc_error_code code);

/*
 * For those who serve requests: what became of a call. WAITING and AGAIN come
 * only from calls that have a struct pending.
 */
enum rpc_outcome { RPC_ANSWERED, RPC_WAITING, RPC_AGAIN };
enum rpc_outcome rpc_outcome(const struct rpc_answered *answered);
const struct rpc_answered *rpc_answered_as(enum rpc_outcome outcome);

#endif
