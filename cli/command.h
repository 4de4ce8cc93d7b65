/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h: the row of a command, and the messages about mistyped ones. The
 * rows of a table of commands dispatch, check the number of operands, say what
 * is sent and printed, and are what --help prints. main() hands the table in:
 * commands.h.
 */
#ifndef NETINST_CLI_COMMAND_H
#define NETINST_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "options.h"

struct client;
struct command;
struct command_table;
struct writer_column;

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
typedef int command_run(struct invocation *invocation);

/* Prints a result for people. */
typedef void command_show(
    const struct invocation *invocation, const json_t *result);

#define COMMAND_ANY	((size_t)-1)
#define COMMAND_MEMBERS 4

struct command {
	struct {
		const char *noun, *verb; /* verb: NULL when the noun is all */
	};
	const char *arguments; /* "INSTANCE NIC...": usage and the operands */
	const char *summary;   /* at most 45 letters, no full stop */
	const char *help;      /* whole sentences */
	const char *method;    /* of the daemon; NULL: any, or none */
	uint64_t options;      /* bits, beyond OPTIONS_GLOBAL */
	size_t most;	       /* operands; 0: as arguments say */
	command_run *run;      /* often one of run.h, which use what follows */

	const char *members[COMMAND_MEMBERS]; /* parameters: the operands */
	const char *yes, *no;	  /* a parameter that is true, or false */
	const char *says;	  /* the result as a line: writer_fill() */
	const char *says_no_wait; /* likewise, with --no-wait; or NULL */
	command_show *show;	  /* when one line is not enough */
	bool separate;		  /* an empty line between what show prints */
	const char *list;	  /* the member of the result that is listed */
	const struct writer_column *columns; /* of its table */
};

/* In the order of help. The verbs of a noun stand together. */
struct command_table {
	const struct command *rows;
	size_t count;
};

/*
 * How many operands a command takes, as its arguments say: those in brackets
 * are optional, three dots stand for any number.
 */
void command_operands(
    const struct command *command, size_t *least, size_t *most);

/*
 * Report an unknown noun, or an unknown verb of a noun, and what was probably
 * meant. Return EXIT_USAGE.
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
