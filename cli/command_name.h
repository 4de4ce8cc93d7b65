/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_name.h: from the name of a command to its row, and back.
 */
#ifndef NETINST_CLI_COMMAND_NAME_H
#define NETINST_CLI_COMMAND_NAME_H

#include "command.h"

/* NULL: there is none. verb NULL finds the first row of the noun. */
const struct command *command_find(
    const struct command_table *table, const char *noun, const char *verb);

/* "instance create": for messages. The caller frees it. */
char *command_name(const struct command *command);

#endif
