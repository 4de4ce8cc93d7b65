/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.h: operands of the form KEY=VALUE.
 */
#ifndef NETINST_CLI_PAIRS_H
#define NETINST_CLI_PAIRS_H

#include <jansson.h>

#include "command.h"

/* What a VALUE is: always a text; or JSON, and a text when it is none. */
enum pairs_form { PAIRS_TEXT, PAIRS_JSON };

/*
 * Makes an object of the operands from first on. Returns EXIT_OK with *object,
 * the caller's (empty when there are no such operands); or EXIT_USAGE, after
 * printing which operand is no pair, or names a key again.
 */
int pairs_parse(const struct invocation *invocation, size_t first,
    enum pairs_form form, json_t **object);

#endif
