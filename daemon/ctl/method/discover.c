/* SPDX-License-Identifier: Apache-2.0 */
/*
 * discover.c: the method rpc.discover: the table of methods and the table of
 * errors as an OpenRPC document, so a client can be made from the daemon that
 * it will talk to. Loop thread.
 */
#include <netinst/rpc.h>
#include <netinst/version.h>

#include "base/check.h"
#include "ctl/method/methods.h"
#include "ctl/serve/service.h"
#include "ctl/serve/session.h"
#include "lib/emit.h"

#define OPENRPC_VERSION "1.2.6"

/* "type" of a JSON schema, and of the items in it, where it has some. */
static const struct {
	const char *type, *other, *items;
} schemas[] = {
    [PARAM_TEXT] = {.type = "string"},
    [PARAM_INTEGER] = {.type = "integer"},
    [PARAM_BOOLEAN] = {.type = "boolean"},
    [PARAM_REFERENCE] = {.type = "string", .other = "integer"},
    [PARAM_REQUEST] = {.type = "string", .other = "number"},
    [PARAM_TEXTS] = {.type = "array", .items = "items"},
    [PARAM_PACKETS] = {.type = "array", .items = "items"},
    [PARAM_SETTINGS] = {.type = "object", .items = "additionalProperties"},
    [PARAM_VALUES] = {.type = "object"},
};

static void
discover_schema(struct buffer *out, const struct param *param)
{
	const char *other = schemas[param->type].other;
	const char *items = schemas[param->type].items;

	emit_begin_object(out, "schema");
	if (other != NULL) {
		emit_begin_array(out, "type");
		emit_text(out, NULL, schemas[param->type].type);
		emit_text(out, NULL, other);
		emit_end_array(out);
	} else {
		emit_text(out, "type", schemas[param->type].type);
	}
	if (items != NULL) {
		emit_begin_object(out, items);
		emit_text(out, "type", "string");
		emit_end_object(out);
	}
	if (param->type == PARAM_INTEGER) {
		emit_integer(out, "minimum", param->least);
		emit_integer(out, "maximum", param->most);
	}
	emit_end_object(out);
}

static void
discover_param(struct buffer *out, const struct param *param)
{
	emit_begin_object(out, NULL);
	emit_text(out, "name", param->name);
	emit_text(out, "description", param->help);
	emit_boolean(out, "required", param->required);
	discover_schema(out, param);
	emit_end_object(out);
}

static void
discover_method(struct buffer *out, const struct method *method)
{
	emit_begin_object(out, NULL);
	emit_text(out, "name", method->name);
	emit_text(out, "summary", method->help);
	emit_text(out, "paramStructure", "either");
	emit_begin_array(out, "params");
	for (unsigned i = 0; i < method->param_count; i++)
		discover_param(out, &method->params[i]);
	emit_end_array(out);
	emit_begin_object(out, "result");
	emit_text(out, "name", "result");
	emit_text(out, "description", method->result);
	emit_begin_object(out, "schema");
	emit_text(out, "type", "object");
	emit_end_object(out);
	emit_end_object(out);
	emit_text(out, "x-authority",
	    method->authority == AUTHORITY_WRITE ? "write" : "read");
	emit_end_object(out);
}

static void
discover_errors(struct buffer *out)
{
#define ERROR_CODE(symbol, code, name, exit) RPC_##symbol,
	static const enum rpc_error_code codes[] = {RPC_ERRORS(ERROR_CODE)};
#undef ERROR_CODE

	emit_begin_object(out, "errors");
	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++) {
		emit_begin_object(out, rpc_error_name(codes[i]));
		emit_integer(out, "code", codes[i]);
		emit_text(out, "message", rpc_error_name(codes[i]));
		emit_end_object(out);
	}
	emit_end_object(out);
}

const struct rpc_answered *
discover_document(struct rpc_call *call)
{
	const struct method_table *table = call->session->service->methods;
	struct buffer *out = rpc_begin(call);

	emit_text(out, "openrpc", OPENRPC_VERSION);
	emit_begin_object(out, "info");
	emit_text(out, "title", "netinst");
	emit_text(out, "description",
	    "Instances of the network stack, their protocols, the plugins "
	    "that watch them, and their statistics.");
	emit_text(out, "version", NETINST_VERSION);
	emit_end_object(out);
	emit_begin_array(out, "methods");
	for (unsigned i = 0; i < table->count; i++)
		discover_method(out, &table->rows[i]);
	emit_end_array(out);
	emit_begin_object(out, "components");
	discover_errors(out);
	emit_end_object(out);
	return rpc_end(call);
}
