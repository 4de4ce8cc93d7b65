/* SPDX-License-Identifier: Apache-2.0 */
/* command_name.c: looks rows up in the table that it is given. Holds nothing.
 */
#include "command_name.h"

#include <string.h>

#include "memory.h"

const struct command *
command_find(
    const struct command_table *table, const char *noun, const char *verb)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct command *row = &table->rows[i];

		if (strcmp(row->noun, noun) != 0)
			continue;
		if (verb == NULL ||
		    (row->verb != NULL && strcmp(row->verb, verb) == 0))
			return row;
	}
	return NULL;
}

char *
command_name(const struct command *command)
{
	if (command->verb == NULL)
		return memory_format("%s", command->noun);
	return memory_format("%s %s", command->noun, command->verb);
}
