/* SPDX-License-Identifier: Apache-2.0 */
/*
 * params.h: what a method takes, as rows of a table, and the values that came
 * for them. Checking, rpc.discover and the documentation come from the same
 * rows. Loop thread.
 */
#ifndef NETINST_CTL_PARAMS_H
#define NETINST_CTL_PARAMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "ctl/serve/request.h"
#include "ctl/serve/rpc.h"

/* Parameters of one method. */
#define PARAMS_MAX 8

/* Bytes of a text with escapes in it; others are as long as the line. */
#define PARAM_ESCAPED_MAX 4096
/* Bytes of JSON of a list or a set of settings. */
#define PARAM_TREE_MAX (128 << 10)

enum param_type {
	PARAM_TEXT,    /* a string */
	PARAM_INTEGER, /* from least to most */
	PARAM_BOOLEAN,
	PARAM_REFERENCE, /* a string or an integer: a name or an id */
	PARAM_REQUEST,	 /* a string or a number: the id of a request */
	PARAM_TEXTS,	 /* an array of strings */
	PARAM_PACKETS,	 /* one of any length, which its handler reads */
	PARAM_SETTINGS,	 /* an object whose values are strings */
	PARAM_VALUES	 /* an object whose values are strings or numbers */
};

struct param {
	const char *name;
	enum param_type type;
	bool required;
	int64_t least, most; /* of PARAM_INTEGER */
	const char *help;    /* what it is; the end of a sentence */
};

/* What came for one row. Texts end in a NUL; all of it lives for the call. */
struct param_value {
	bool given;
	bool boolean;
	int64_t integer;
	char *text;   /* PARAM_TEXT; PARAM_REFERENCE unless it is an integer */
	json_t *tree; /* PARAM_TEXTS, PARAM_SETTINGS, PARAM_VALUES */
	/* PARAM_PACKETS: an array, of anything; PARAM_REQUEST: as it came. */
	struct scan_slice raw;
};

/*
 * Fills values, one for each of count rows, for params_release(). Returns NULL,
 * or the answer to the call when something is wrong; ignores members that no
 * row names.
 */
const struct rpc_answered *params_read(struct rpc_call *call,
    const struct param *rows, unsigned count, struct request_params *params,
    struct param_value *values);

/*
 * For a text that is a pattern (glob.h): NULL when it is well formed or was not
 * given, or the answer to the call. which: its row.
 */
const struct rpc_answered *params_check_pattern(
    struct rpc_call *call, unsigned which);

/* The answer to a cursor that is not one of the called method's. */
const struct rpc_answered *params_refuse_cursor(struct rpc_call *call);

/* How many items a page may have: what was given, or the default. */
static inline int64_t
param_limit(const struct param_value *limit)
{
	return limit->given ? limit->integer : RPC_PAGE_DEFAULT;
}

/* A switch that is on unless it is given as false. */
static inline bool
param_is_on(const struct param_value *value)
{
	return !value->given || value->boolean;
}

void params_release(struct param_value *values, unsigned count);

#endif
