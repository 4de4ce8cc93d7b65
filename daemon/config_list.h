/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_list.h: what a configuration file says, as one process hands it to
 * another: strings, each with its NUL. The reader trusts the writer, but not
 * that the list is complete.
 */
#ifndef NETINST_CONFIG_LIST_H
#define NETINST_CONFIG_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config.h"

struct config_option;

void config_list_option(
    FILE *list, const struct config_option *option, const char *text);
void config_list_plugin(FILE *list, const char *what);
/* Of the plugin before it. */
void config_list_setting(FILE *list, const char *key, const char *value);
/* Makes the list complete; false when it could not be written. */
bool config_list_end(FILE *list);

/* The configuration that it says, over the defaults; NULL: it is incomplete. */
struct config *config_list_read(const char *bytes, size_t size);

#endif
