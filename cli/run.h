/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h: the three ways in which commands use the daemon: one request, one
 * request for each operand, a list in pages. The command's row says what to ask
 * and how a result looks to people; --json, errors, exit codes and ordering are
 * done here, the same for all.
 */
#ifndef NETINST_CLI_RUN_H
#define NETINST_CLI_RUN_H

#include "command.h"

/* One request, of params_of() or of other params, which it STEALS; or NULL. */
command_run run_once;
int run_request(struct invocation *invocation, json_t *params);

/*
 * One request for each operand from that of the last member on, many at a time;
 * results are shown in the order of the operands. Each failure is printed.
 * Returns the exit code of all when all fared alike, EXIT_PARTIAL when some
 * succeeded, else EXIT_FAILED.
 */
command_run run_each;

/* How requests fared, for such an exit code. */
struct run_tally {
	size_t succeeded, failed;
	int code; /* of the failures, while they are alike */
};
void run_tally(struct run_tally *tally, int code);
int run_tally_code(const struct run_tally *tally);

/* Takes the items of a page; they are gone when it returns. */
typedef void run_page_fn(void *arg, const json_t *items);

struct run_pages {
	const char *member; /* of the result: the items */
	run_page_fn *check; /* called for each page; may be NULL */
	run_page_fn *show;  /* likewise, unless --json is given */
	void *arg;	    /* for both */
	size_t items;	    /* that there were, in the end */
};

/*
 * A list, followed to its end. With --json, one object with all the items is
 * printed. STEALS params.
 */
int run_pages(
    struct invocation *invocation, json_t *params, struct run_pages *pages);

/* A list as a table, both as the command's row has them. */
command_run run_list;
int run_table(struct invocation *invocation, const char *member,
    const struct writer_column *columns, size_t *items);

/* The connection, opened when it is asked for first. */
int run_client(struct invocation *invocation, struct client **client);

/* Whether --json was given. */
bool run_json(const struct invocation *invocation);

#endif
