/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nic_common.h: what the commands of the noun nic have in common: their first
 * operand is an instance, the second usually one of its interfaces.
 */
#ifndef NETINST_CLI_NIC_COMMON_H
#define NETINST_CLI_NIC_COMMON_H

#include <stdbool.h>

#include "run.h"

/* Prints a line of words, some of them from outside; NULL ends the list. */
void nic_common_say(const char *first, ...) __attribute__((sentinel));

/* The operands that say which. */
const char *nic_common_instance(const struct invocation *invocation);
const char *nic_common_name(const struct invocation *invocation);

bool nic_common_given(
    const struct invocation *invocation, enum option_symbol symbol);

/* The caller releases them. */
json_t *nic_common_params(const char *instance, const char *nic);

/* Puts true into params when the option was given. */
void nic_common_put_true(json_t *params, const char *name,
    const struct invocation *invocation, enum option_symbol symbol);

/* A table of everything that a list of the instance has. */
int nic_common_run_list(struct invocation *invocation,
    const char *const *headings, const char *member, run_page_fn show);

#endif
