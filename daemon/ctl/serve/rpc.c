/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpc.c: the shape of every reply and of every error, in one place. Works on
 * the output of one session, or on a reply that is kept until its turn comes
 * (batch.c, pending.c). Loop thread.
 */
#include "ctl/serve/rpc.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "ctl/serve/method.h"
#include "lib/emit.h"

/* Bytes of an error's text; a name of any length fits beside the sentence. */
#define ERROR_TEXT_MAX 1024
/* Bytes of a cursor: a letter, one number or two, a NUL. */
#define CURSOR_SIZE 32

#define HINT_FILES                                                             \
	"raise the limit of open files of netinstd, or try again later"
#define HINT_SPACE "free some space, or raise the limit that is met"
#define HINT_LOG   "the daemon's log may tell more"

struct rpc_answered {
	enum rpc_outcome outcome;
};

enum rpc_outcome
rpc_outcome(const struct rpc_answered *answered)
{
	ASSERT(answered != NULL);
	return answered->outcome;
}

const struct rpc_answered *
rpc_answered_as(enum rpc_outcome outcome)
{
	static const struct rpc_answered all[] = {
	    [RPC_ANSWERED] = {RPC_ANSWERED},
	    [RPC_WAITING] = {RPC_WAITING},
	    [RPC_AGAIN] = {RPC_AGAIN},
	};

	return &all[outcome];
}

static const struct {
	enum rpc_error_code code;
	const char *name;
} error_names[] = {
#define ERROR_NAME(symbol, code, name, exit) {RPC_##symbol, name},
    RPC_ERRORS(ERROR_NAME)
#undef ERROR_NAME
};

const char *
rpc_error_name(enum rpc_error_code code)
{
	size_t i;

	for (i = 0; error_names[i].code != code; i++)
		ASSERT(i + 1 < ARRAY_LENGTH(error_names));
	return error_names[i].name;
}

/* Takes back what was written and opens the reply's object. */
static struct buffer *
rpc_open(struct rpc_call *call)
{
	static const char head[] = "{\"jsonrpc\":\"2.0\"";

	call->out->length = call->start;
	buffer_append(call->out, head, sizeof(head) - 1);
	rpc_id_write(call->id, call->out);
	return call->out;
}

/* Closes the object; the parts of a batch are put on one line later. */
static const struct rpc_answered *
rpc_close(struct rpc_call *call)
{
	emit_end_object(call->out);
	if (call->batch == NULL)
		emit_raw_byte(call->out, '\n');
	if (call->id->kind == ID_NONE)
		call->out->length = call->start;
	return rpc_answered_as(RPC_ANSWERED);
}

struct buffer *
rpc_result(struct rpc_call *call)
{
	struct buffer *out = rpc_open(call);

	emit_key(out, "result");
	return out;
}

const struct rpc_answered *
rpc_reply(struct rpc_call *call)
{
	if (call->out->length - call->start > RPC_REPLY_MAX)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, RPC_REPLY_MAX,
		    "ask for less at a time", "the reply would be too long");
	return rpc_close(call);
}

struct buffer *
rpc_begin(struct rpc_call *call)
{
	emit_begin_object(rpc_result(call), NULL);
	return call->out;
}

const struct rpc_answered *
rpc_end(struct rpc_call *call)
{
	emit_end_object(call->out);
	return rpc_reply(call);
}

void
rpc_end_page(struct rpc_call *call, bool more, const char *format, ...)
{
	char cursor[CURSOR_SIZE];
	va_list arguments;

	emit_end_array(call->out);
	if (!more)
		return;
	va_start(arguments, format);
	(void)vsnprintf(cursor, sizeof(cursor), format, arguments);
	va_end(arguments);
	emit_text(call->out, "cursor", cursor);
}

const struct rpc_answered *
rpc_reply_empty(struct rpc_call *call)
{
	(void)rpc_begin(call);
	return rpc_end(call);
}

const struct rpc_answered *
rpc_fail(struct rpc_call *call, enum rpc_error_code code, int64_t limit,
    int error, const char *hint, const char *format, ...)
{
	struct buffer *out = rpc_open(call);
	char text[ERROR_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	emit_begin_object(out, "error");
	emit_integer(out, "code", code);
	emit_text(out, "message", text);
	emit_begin_object(out, "data");
	emit_text(out, "name", rpc_error_name(code));
	emit_text(out, "hint", hint);
	if (limit != 0)
		emit_integer(out, "limit", limit);
	if (error != 0)
		emit_integer(out, "errno", error);
	emit_end_object(out);
	emit_end_object(out);
	return rpc_close(call);
}

static const struct {
	int error;
	enum rpc_error_code code;
	const char *hint;
} system_errors[] = {
    {ENOMEM, RPC_OUT_OF_MEMORY, "free some memory, or try again later"},
    {EMFILE, RPC_LIMIT_REACHED, HINT_FILES},
    {ENFILE, RPC_LIMIT_REACHED, HINT_FILES},
    {EAGAIN, RPC_LIMIT_REACHED,
	"raise the limit of processes of netinstd, or try again later"},
    {ENOSPC, RPC_LIMIT_REACHED, HINT_SPACE},
    {EDQUOT, RPC_LIMIT_REACHED, HINT_SPACE},
    {EIO, RPC_SYSTEM_FAILED, HINT_LOG},
    {EACCES, RPC_SYSTEM_FAILED, HINT_LOG},
    {EPERM, RPC_SYSTEM_FAILED, HINT_LOG},
    {EROFS, RPC_SYSTEM_FAILED, HINT_LOG},
    {ESTALE, RPC_SYSTEM_FAILED, HINT_LOG},
    {ENODEV, RPC_SYSTEM_FAILED, HINT_LOG},
    {ENXIO, RPC_SYSTEM_FAILED, HINT_LOG},
    {ETIMEDOUT, RPC_SYSTEM_FAILED, HINT_LOG},
    {ENOTSUP, RPC_SYSTEM_FAILED, HINT_LOG},
    {EINTR, RPC_SYSTEM_FAILED, "try again"},
};

enum rpc_error_code
rpc_error_of_system(int error)
{
	for (size_t i = 0; i < ARRAY_LENGTH(system_errors); i++)
		if (system_errors[i].error == error)
			return system_errors[i].code;
	return RPC_INTERNAL_ERROR;
}

const struct rpc_answered *
rpc_error_system(struct rpc_call *call, int error)
{
	const char *hint = HINT_LOG;

	for (size_t i = 0; i < ARRAY_LENGTH(system_errors); i++)
		if (system_errors[i].error == error)
			hint = system_errors[i].hint;
	return rpc_error_errno(call, rpc_error_of_system(error), error, hint,
	    "%s failed: %s",
	    call->method != NULL ? call->method->name : "the connection",
	    strerror(error));
}
