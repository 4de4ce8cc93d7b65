/* SPDX-License-Identifier: Apache-2.0 */
/*
 * issue.h: a call of the ordering test from its CALL record to its end. A call
 * that reports its end later is waited for, or left to end by itself. Any
 * thread; an issue lives on its caller's stack.
 */
#ifndef MODEL_ISSUE_H
#define MODEL_ISSUE_H

#include <stdbool.h>

#include "record.h"

struct pending;

struct issue {
	struct record record; /* the caller sets what and its members */
	struct pending *pending;
	bool waited;
};

/* Records the CALL. */
void issue_begin(struct issue *issue);

/* The same for a call that ends with issue_done(issue->pending, error). */
void issue_begin_pending(struct issue *issue, bool waited);
void issue_done(void *pending, int error);

/* The name under which an instance is created, "" for other calls. */
const char *issue_instance_name(const struct issue *issue);

/* Records the RETURN. */
void issue_return(struct issue *issue, int result);

/* After the RETURN of a pending call: waits for the end, if that is wanted. */
void issue_end(struct issue *issue);

#endif
