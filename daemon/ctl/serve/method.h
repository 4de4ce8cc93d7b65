/* SPDX-License-Identifier: Apache-2.0 */
/*
 * method.h: what a method is: a row of the table that server_start() is handed.
 */
#ifndef NETINST_CTL_METHOD_H
#define NETINST_CTL_METHOD_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/serve/params.h"
#include "ctl/serve/rpc.h"

enum authority {
	AUTHORITY_READ, /* everybody who can connect */
	AUTHORITY_WRITE /* root, the daemon's user, the admin group */
};

struct method {
	const char *name;
	size_t name_length;
	enum authority authority;
	bool waits;	  /* may be answered later: counts as in flight */
	bool cancellable; /* $/cancelRequest ends the wait for it */
	const struct param *params;
	unsigned param_count;
	const char *help;   /* what it does, one sentence */
	const char *result; /* what it answers with, one phrase */
	const struct rpc_answered *(*handler)(struct rpc_call *call);
};

struct method_table {
	const struct method *rows;
	unsigned count;
};

#endif
