/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h: one JSON-RPC request taken apart. Everything but the id points
 * into the line it was read from, and lives as long as the call that reads it.
 */
#ifndef NETINST_CTL_REQUEST_H
#define NETINST_CTL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <netinst/rpc.h>

#include "lib/buffer.h"
#include "lib/scan.h"

/* Members of a request or of its parameters; no method has half as many. */
#define REQUEST_MEMBERS_MAX 64

enum rpc_id_kind {
	ID_NONE, /* a notification */
	ID_NULL, /* null, or of an error: the request's id is not known */
	ID_NUMBER,
	ID_TEXT
};

struct rpc_id {
	enum rpc_id_kind kind;
	size_t length;
	char text[RPC_ID_MAX]; /* decoded; a number's as it was written */
};

/* Writes the member "id"; not for ID_NONE. */
void rpc_id_write(const struct rpc_id *id, struct buffer *out);

/* The parameters: value i belongs to name i, or to position i. */
struct request_params {
	bool positional;
	unsigned count;
	struct scan_slice names[REQUEST_MEMBERS_MAX];
	struct scan_slice values[REQUEST_MEMBERS_MAX];
};

struct request {
	struct rpc_id id;
	struct scan_slice method; /* decoded */
	struct request_params params;
};

/* What is wrong with a request; texts are literals. */
struct request_fault {
	enum rpc_error_code code;
	int64_t limit;	  /* the limit that it breaks, or 0 */
	int64_t position; /* of a syntax error: byte of the line */
	const char *text;
	const char *hint;
};

/*
 * Reads one request, of a batch or alone; the text is changed where strings
 * are decoded. Returns false with a fault; request->id is then what it can be
 * answered with.
 */
bool request_read(
    struct scan *scan, struct request *request, struct request_fault *fault);

/* The fault of a scan that ended in an error. */
void request_scan_fault(const struct scan *scan, struct request_fault *fault);

#endif
