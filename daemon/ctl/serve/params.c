/* SPDX-License-Identifier: Apache-2.0 */
/*
 * params.c: checks what a client sent against the rows of a method's table.
 * Plain values are taken where they stand in the line; only lists and settings,
 * whose size is bounded first, are built by jansson.
 */
#include "ctl/serve/params.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "ctl/serve/method.h"
#include "lib/glob.h"

#define KIND(kind) (1U << SCAN_##kind)

/* What a value has to be: the end of a sentence, and its kinds. */
static const struct {
	const char *text;
	unsigned kinds;
} types[] = {
    [PARAM_TEXT] = {"a string", KIND(STRING)},
    [PARAM_INTEGER] = {"an integer", KIND(INTEGER)},
    [PARAM_BOOLEAN] = {"true or false", KIND(TRUE) | KIND(FALSE)},
    [PARAM_REFERENCE] = {"a name or an id", KIND(STRING) | KIND(INTEGER)},
    [PARAM_REQUEST] = {"a string or a number",
	KIND(STRING) | KIND(INTEGER) | KIND(REAL)},
    [PARAM_TEXTS] = {"an array of strings", KIND(ARRAY)},
    [PARAM_PACKETS] = {"an array of strings", KIND(ARRAY)},
    [PARAM_SETTINGS] = {"an object whose values are strings", KIND(OBJECT)},
    [PARAM_VALUES] = {"an object whose values are strings or numbers",
	KIND(OBJECT)},
};

static const struct rpc_answered *
params_refuse(struct rpc_call *call, const struct param *row)
{
	return rpc_error(call, RPC_INVALID_PARAMS, row->help,
	    "parameter '%s' must be %s", row->name, types[row->type].text);
}

static const struct rpc_answered *
params_refuse_long(
    struct rpc_call *call, const struct param *row, int64_t limit)
{
	return rpc_error_limit(call, RPC_INVALID_PARAMS, limit, row->help,
	    "parameter '%s' is too long", row->name);
}

static const struct rpc_answered *
params_read_text(struct rpc_call *call, const struct param *row,
    struct scan_slice *slice, struct param_value *value)
{
	/* Without escapes a text costs nothing, however long it is. */
	size_t limit = slice->escaped ? PARAM_ESCAPED_MAX : RPC_LINE_MAX;

	if (!scan_decode(slice, limit))
		return params_refuse_long(call, row, PARAM_ESCAPED_MAX);
	value->text = slice->text;
	return NULL;
}

static const struct rpc_answered *
params_read_integer(struct rpc_call *call, const struct param *row,
    const struct scan_slice *slice, struct param_value *value)
{
	bool held = scan_integer(slice, &value->integer);

	if (row->type == PARAM_REFERENCE)
		return held ? NULL : params_refuse(call, row);
	if (!held || value->integer < row->least || value->integer > row->most)
		return rpc_error(call, RPC_INVALID_PARAMS, row->help,
		    "parameter '%s' must be from %" PRId64 " to %" PRId64,
		    row->name, row->least, row->most);
	return NULL;
}

/* No request has an id that is longer. */
static const struct rpc_answered *
params_read_request(struct rpc_call *call, const struct param *row,
    struct scan_slice *slice, struct param_value *value)
{
	if (slice->kind == SCAN_STRING && !scan_decode(slice, RPC_ID_MAX))
		return params_refuse_long(call, row, RPC_ID_MAX);
	value->raw = *slice;
	return NULL;
}

/* Whether every value of the tree is a string, or a number where it may be. */
static bool
params_are_texts(json_t *tree, bool or_numbers)
{
	const char *key;
	json_t *value;
	size_t i;

	json_array_foreach (tree, i, value)
		if (!json_is_string(value))
			return false;
	json_object_foreach (tree, key, value)
		if (!json_is_string(value) &&
		    !(or_numbers && json_is_number(value)))
			return false;
	return true;
}

static const struct rpc_answered *
params_read_tree(struct rpc_call *call, const struct param *row,
    const struct scan_slice *slice, struct param_value *value)
{
	json_error_t error;

	if (row->type == PARAM_PACKETS) {
		value->raw = *slice;
		return NULL;
	}
	if (slice->length > PARAM_TREE_MAX)
		return params_refuse_long(call, row, PARAM_TREE_MAX);
	value->tree = json_loadb(
	    slice->text, slice->length, JSON_REJECT_DUPLICATES, &error);
	if (value->tree == NULL)
		return rpc_error(call, RPC_INVALID_PARAMS, row->help,
		    "parameter '%s' cannot be read: %s", row->name, error.text);
	if (!params_are_texts(value->tree, row->type == PARAM_VALUES))
		return params_refuse(call, row);
	return NULL;
}

static const struct rpc_answered *
params_read_value(struct rpc_call *call, const struct param *row,
    struct scan_slice *slice, struct param_value *value)
{
	value->given = true;
	if ((types[row->type].kinds & (1U << slice->kind)) == 0)
		return params_refuse(call, row);
	if (row->type == PARAM_REQUEST)
		return params_read_request(call, row, slice, value);
	switch (slice->kind) {
	case SCAN_STRING:
		return params_read_text(call, row, slice, value);
	case SCAN_INTEGER:
		return params_read_integer(call, row, slice, value);
	case SCAN_ARRAY:
	case SCAN_OBJECT:
		return params_read_tree(call, row, slice, value);
	case SCAN_TRUE:
	case SCAN_FALSE:
		value->boolean = slice->kind == SCAN_TRUE;
		return NULL;
	case SCAN_REAL:
	case SCAN_NULL:
		break;
	}
	return params_refuse(call, row);
}

/* The row for parameter i, or count. */
static unsigned
params_find(const struct param *rows, unsigned count,
    const struct request_params *params, unsigned i)
{
	const struct scan_slice *name = &params->names[i];
	unsigned row;

	if (params->positional)
		return i < count ? i : count;
	for (row = 0; row < count; row++)
		if (strlen(rows[row].name) == name->length &&
		    memcmp(rows[row].name, name->text, name->length) == 0)
			break;
	return row;
}

static const struct rpc_answered *
params_read_all(struct rpc_call *call, const struct param *rows, unsigned count,
    struct request_params *params, struct param_value *values)
{
	const struct rpc_answered *answered = NULL;
	unsigned row;

	for (unsigned i = 0; i < params->count && answered == NULL; i++) {
		row = params_find(rows, count, params, i);
		if (row < count)
			answered = params_read_value(
			    call, &rows[row], &params->values[i], &values[row]);
		else if (params->positional)
			answered = rpc_error(call, RPC_INVALID_PARAMS,
			    "give parameters by name: {\"name\":value}",
			    "the method takes at most %u parameters", count);
	}
	for (unsigned i = 0; i < count && answered == NULL; i++)
		if (rows[i].required && !values[i].given)
			answered =
			    rpc_error(call, RPC_INVALID_PARAMS, rows[i].help,
				"parameter '%s' is missing", rows[i].name);
	return answered;
}

const struct rpc_answered *
params_read(struct rpc_call *call, const struct param *rows, unsigned count,
    struct request_params *params, struct param_value *values)
{
	const struct rpc_answered *answered;

	ASSERT(count <= PARAMS_MAX);
	(void)memset(values, 0, count * sizeof(values[0]));
	answered = params_read_all(call, rows, count, params, values);
	if (answered != NULL)
		params_release(values, count);
	return answered;
}

const struct rpc_answered *
params_check_pattern(struct rpc_call *call, unsigned which)
{
	const char *pattern = call->params[which].text;
	const char *name = call->method->params[which].name;

	if (pattern == NULL)
		return NULL;
	if (strlen(pattern) > GLOB_MAX)
		return rpc_error_limit(call, RPC_INVALID_PARAMS, GLOB_MAX,
		    "names are that long at most", "parameter '%s' is too long",
		    name);
	if (!glob_is_whole(pattern))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "close a set with ]; for the character itself write \\[ "
		    "or \\\\",
		    "parameter '%s' is no pattern: it has a [ without a ], or "
		    "ends in a \\",
		    name);
	return NULL;
}

const struct rpc_answered *
params_refuse_cursor(struct rpc_call *call)
{
	return rpc_error(call, RPC_INVALID_PARAMS,
	    "give back what the last answer had, or none to start",
	    "parameter 'cursor' is not a cursor of %s", call->method->name);
}

void
params_release(struct param_value *values, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		json_decref(values[i].tree);
}
