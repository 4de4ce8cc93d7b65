/* SPDX-License-Identifier: Apache-2.0 */
/*
 * params.h: from what was typed to the parameters of a method. All words are
 * valid UTF-8: main.c has seen to that.
 */
#ifndef NETINST_CLI_PARAMS_H
#define NETINST_CLI_PARAMS_H

#include "command.h"

/*
 * The operands of one request of run_each(), where the last member is operand;
 * of all others when operand is NULL. Returns how many, COMMAND_MEMBERS at
 * most.
 */
size_t params_operands(const struct invocation *invocation, const char *operand,
    const char **operands);

/*
 * What the command's row says: members, yes and no, and the options that are a
 * parameter of the daemon. The caller releases it.
 */
json_t *params_of(const struct invocation *invocation, const char *operand);

/* Puts a text; NULL: nothing. */
void params_put(json_t *params, const char *member, const char *text);

/* What a VALUE is: always a text; or JSON, and a text when it is none. */
enum params_form { PARAMS_TEXT, PARAMS_JSON };

/*
 * Makes an object of the operands KEY=VALUE from first on. Returns EXIT_OK with
 * *object, the caller's (empty when there are no such operands); or EXIT_USAGE,
 * after printing which operand is no pair, or names a key again.
 */
int params_pairs(const struct invocation *invocation, size_t first,
    enum params_form form, json_t **object);

#endif
