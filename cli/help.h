/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.h: help and versions, printed from the table of commands and that of
 * options.h.
 */
#ifndef NETINST_CLI_HELP_H
#define NETINST_CLI_HELP_H

#include <stdio.h>

struct command;
struct command_table;

/* netinstctl --help, netinstctl NOUN --help, netinstctl NOUN VERB --help. */
void help_top(FILE *out, const struct command_table *table);
void help_noun(FILE *out, const struct command_table *table, const char *noun);
void help_command(FILE *out, const struct command *command);

/* "netinstctl instance list [--state STATE] [PATTERN]", no line feed. */
void help_usage(FILE *out, const struct command *command);

/* "usage: " and the same, over as many lines as it takes. */
void help_synopsis(FILE *out, const struct command *command);

void help_version(FILE *out);

#endif
