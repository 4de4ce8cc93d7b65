/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c: reads the members of a request in any order and judges them when
 * all are known: a syntax error anywhere comes before any other fault. Loop
 * thread.
 */
#include "ctl/serve/request.h"

#include <string.h>

#include "base/check.h"
#include "lib/emit.h"

/* No member and no method has a longer name. */
#define MEMBER_NAME_MAX 64

static const char hint_shape[] =
    "a request is {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.hello\"}, "
    "with \"params\" where the method takes some";

void
rpc_id_write(const struct rpc_id *id, struct buffer *out)
{
	switch (id->kind) {
	case ID_NUMBER:
		emit_key(out, "id");
		buffer_append(out, id->text, id->length);
		return;
	case ID_TEXT:
		emit_bytes(out, "id", id->text, id->length);
		return;
	case ID_NULL:
	case ID_NONE:
		emit_null(out, "id");
		return;
	}
}

/* Only the first fault counts. */
static bool
request_blame(
    struct request_fault *fault, enum rpc_error_code code, const char *text)
{
	if (fault->code == 0)
		*fault = (struct request_fault){
		    .code = code, .text = text, .hint = hint_shape};
	return false;
}

static bool
request_blame_limit(struct request_fault *fault, int64_t limit,
    const char *text, const char *hint)
{
	if (fault->code == 0)
		*fault = (struct request_fault){.code = RPC_INVALID_REQUEST,
		    .limit = limit,
		    .text = text,
		    .hint = hint};
	return false;
}

void
request_scan_fault(const struct scan *scan, struct request_fault *fault)
{
	ASSERT(scan->error != SCAN_OK);
	*fault = (struct request_fault){
	    .code = RPC_PARSE_ERROR,
	    .text = scan->reason,
	    .hint = "a message is one line of JSON in UTF-8",
	    .position = scan->at - scan->start,
	};
	if (scan->error == SCAN_SYNTAX)
		return;
	fault->code = RPC_INVALID_REQUEST;
	fault->limit =
	    scan->error == SCAN_TOO_DEEP ? RPC_DEPTH_MAX : SCAN_VALUES_MAX;
}

static bool
slice_is(const struct scan_slice *slice, const char *text)
{
	return slice->length == strlen(text) &&
	       memcmp(slice->text, text, slice->length) == 0;
}

static bool
slice_equal(const struct scan_slice *a, const struct scan_slice *b)
{
	return a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

/* Adds a name to those of the same object; false when it is not kept. */
static bool
request_keep_name(struct scan_slice *names, unsigned *count,
    struct scan_slice *name, struct request_fault *fault)
{
	if (*count == REQUEST_MEMBERS_MAX)
		return request_blame_limit(fault, REQUEST_MEMBERS_MAX,
		    "an object with too many members",
		    "leave out the members that the method does not know");
	(void)scan_decode(name, MEMBER_NAME_MAX);
	for (unsigned i = 0; i < *count; i++)
		if (slice_equal(&names[i], name))
			return request_blame(fault, RPC_PARSE_ERROR,
			    "two members of one object have the same name");
	names[(*count)++] = *name;
	return true;
}

static void
request_read_named(struct scan *scan, struct request_params *params,
    struct request_fault *fault)
{
	struct scan_slice name, value;

	(void)scan_enter(scan, '{');
	while (scan_next_member(scan, &name) && scan_value(scan, &value))
		if (request_keep_name(
			params->names, &params->count, &name, fault))
			params->values[params->count - 1] = value;
}

static void
request_read_positional(struct scan *scan, struct request_params *params,
    struct request_fault *fault)
{
	struct scan_slice value;

	params->positional = true;
	(void)scan_enter(scan, '[');
	while (scan_next_element(scan) && scan_value(scan, &value)) {
		if (params->count == REQUEST_MEMBERS_MAX)
			(void)request_blame_limit(fault, REQUEST_MEMBERS_MAX,
			    "too many parameters", "no method takes that many");
		else
			params->values[params->count++] = value;
	}
}

static void
request_read_params(struct scan *scan, struct request_params *params,
    struct request_fault *fault)
{
	char first = scan_peek(scan);

	if (first == '{') {
		request_read_named(scan, params, fault);
	} else if (first == '[') {
		request_read_positional(scan, params, fault);
	} else if (scan_value(scan, NULL)) {
		(void)request_blame(fault, RPC_INVALID_REQUEST,
		    "\"params\" is neither an object nor an array");
	}
}

/* What the members of the outer object are; length 0: not there. */
struct envelope {
	struct scan_slice version, id, method;
};

/* Reads the whole object; what is wrong with its syntax stays in scan. */
static void
request_read_envelope(struct scan *scan, struct envelope *envelope,
    struct request *request, struct request_fault *fault)
{
	struct scan_slice names[REQUEST_MEMBERS_MAX], name;
	unsigned count = 0;

	(void)scan_enter(scan, '{');
	while (scan_next_member(scan, &name)) {
		if (!request_keep_name(names, &count, &name, fault))
			(void)scan_value(scan, NULL);
		else if (slice_is(&name, "jsonrpc"))
			(void)scan_value(scan, &envelope->version);
		else if (slice_is(&name, "id"))
			(void)scan_value(scan, &envelope->id);
		else if (slice_is(&name, "method"))
			(void)scan_value(scan, &envelope->method);
		else if (slice_is(&name, "params"))
			request_read_params(scan, &request->params, fault);
		else
			(void)scan_value(scan, NULL);
	}
}

static bool
request_judge_id(
    struct scan_slice *slice, struct rpc_id *id, struct request_fault *fault)
{
	if (slice->text == NULL) {
		id->kind = ID_NONE;
		return true;
	}
	if (slice->kind == SCAN_NULL) {
		id->kind = ID_NULL;
		return true;
	}
	if (slice->kind != SCAN_STRING && slice->kind != SCAN_INTEGER &&
	    slice->kind != SCAN_REAL)
		return request_blame(fault, RPC_INVALID_REQUEST,
		    "\"id\" is neither a string, nor a number, nor null");
	if (slice->kind == SCAN_STRING ? !scan_decode(slice, RPC_ID_MAX)
				       : slice->length > RPC_ID_MAX)
		return request_blame_limit(fault, RPC_ID_MAX,
		    "\"id\" is too long", "a number that counts up will do");
	id->kind = slice->kind == SCAN_STRING ? ID_TEXT : ID_NUMBER;
	id->length = slice->length;
	(void)memcpy(id->text, slice->text, slice->length);
	return true;
}

static bool
request_judge(struct envelope *envelope, struct request *request,
    struct request_fault *fault)
{
	struct scan_slice *version = &envelope->version;

	if (!request_judge_id(&envelope->id, &request->id, fault))
		return false;
	if (version->text == NULL || version->kind != SCAN_STRING ||
	    !slice_is(version, "2.0"))
		return request_blame(
		    fault, RPC_INVALID_REQUEST, "\"jsonrpc\" is not \"2.0\"");
	if (envelope->method.text == NULL ||
	    envelope->method.kind != SCAN_STRING)
		return request_blame(
		    fault, RPC_INVALID_REQUEST, "\"method\" is not a string");
	(void)scan_decode(&envelope->method, MEMBER_NAME_MAX);
	request->method = envelope->method;
	return fault->code == 0;
}

static bool
request_read_whole(
    struct scan *scan, struct request *request, struct request_fault *fault)
{
	struct envelope envelope = {0};

	if (scan_peek(scan) == '{')
		request_read_envelope(scan, &envelope, request, fault);
	else if (scan_value(scan, NULL))
		return request_blame(fault, RPC_INVALID_REQUEST,
		    "a request that is not an object");
	if (scan->error != SCAN_OK) {
		request_scan_fault(scan, fault);
		return false;
	}
	return request_judge(&envelope, request, fault);
}

bool
request_read(
    struct scan *scan, struct request *request, struct request_fault *fault)
{
	*fault = (struct request_fault){0};
	request->id.kind = ID_NULL;
	request->params.count = 0;
	request->params.positional = false;
	if (request_read_whole(scan, request, fault))
		return true;
	/* What cannot be read has no id, and is no notification either. */
	if (request->id.kind == ID_NONE || fault->code == RPC_PARSE_ERROR)
		request->id.kind = ID_NULL;
	return false;
}
