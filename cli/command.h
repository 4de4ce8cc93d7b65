/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h: what a command is, and what is said to a mistake in typing one.
 * The rows of a table of commands dispatch, check the number of operands, and
 * are what --help prints. main() hands the table in: commands.h.
 */
#ifndef NETINST_CLI_COMMAND_H
#define NETINST_CLI_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"

struct client;
struct command;
struct command_table;

/* One run of netinstctl: what was typed, and the connection it uses. */
struct invocation {
	const struct command_table *commands; /* all there are */
	const struct command *command;	      /* the one that was typed */
	struct options options;
	char **operands;
	size_t count;
	int64_t timeout;       /* nanoseconds; 0: none */
	struct client *client; /* NULL until run_client() opens it */
};

/* Returns an exit code; has printed why, when it is not EXIT_OK. */
typedef int (*command_run_fn)(struct invocation *invocation);

#define COMMAND_ANY ((size_t)-1)

struct command {
	const char *noun, *verb; /* verb: NULL when the noun is all of it */
	const char *arguments;	 /* for usage: "NAME..." */
	const char *summary;	 /* at most 45 letters, no full stop */
	const char *help;	 /* whole sentences */
	const char *method;	 /* of the daemon; NULL: any, or none */
	uint64_t options;	 /* bits, beyond OPTIONS_GLOBAL */
	size_t least, most;	 /* operands */
	command_run_fn run;
};

/* In the order of help. The verbs of a noun stand together. */
struct command_table {
	const struct command *rows;
	size_t count;
};

/*
 * Report a noun, or a verb of a noun, that there is not, with what was
 * probably meant. Return EXIT_USAGE.
 */
int command_unknown_noun(const struct command_table *table, const char *word);
int command_unknown_verb(
    const struct command_table *table, const char *noun, const char *word);

/*
 * Reports a mistake in what was typed behind the command, and hints at its
 * usage. Returns EXIT_USAGE.
 */
int command_misuse(const struct invocation *invocation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
