/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h: the three ways in which commands use the daemon: one request, one
 * request for each operand, a list in pages. A command says what to ask and
 * how a result looks to people; --json, errors, exit codes and ordering are
 * done here, the same for all.
 */
#ifndef NETINST_CLI_RUN_H
#define NETINST_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "command.h"

/* Prints a result for people. operand is NULL when there is none. */
typedef void (*run_show_fn)(const struct invocation *invocation,
    const char *operand, const json_t *result);

/* One request for the command's method. STEALS params; NULL: none. */
int run_once(struct invocation *invocation, json_t *params, run_show_fn show);

struct run_each {
	size_t first; /* operands from here on are asked for, one by one */
	/* Returns the params for an operand; the caller's to release. */
	json_t *(*params)(
	    const struct invocation *invocation, const char *operand);
	run_show_fn show;
	bool separate; /* an empty line between what show prints */
};

/*
 * One request for each operand, many at a time; results are shown in the order
 * of the operands. Each failure is printed. Returns the exit code of all when
 * all fared alike, EXIT_PARTIAL when some succeeded, else EXIT_FAILED.
 */
int run_each(struct invocation *invocation, const struct run_each *each);

/* Takes the items of a page; they are gone when it returns. */
typedef void (*run_page_fn)(void *arg, const json_t *items);

struct run_list {
	const char *member; /* of the result: the items */
	run_page_fn check;  /* called for each page; may be NULL */
	run_page_fn show;   /* likewise, unless --json is given */
	void *arg;	    /* for both */
};

/*
 * A list, followed to its end. With --json, one object with all the items is
 * printed. STEALS params.
 */
int run_pages(
    struct invocation *invocation, json_t *params, const struct run_list *list);

/* The connection, opened when it is asked for first. */
int run_client(struct invocation *invocation, struct client **client);

/* Whether --json was given. */
bool run_json(const struct invocation *invocation);

/* Puts a copy of an option's argument into params when it was given. */
void run_put_option(json_t *params, const char *name,
    const struct invocation *invocation, enum option_symbol symbol);

#endif
