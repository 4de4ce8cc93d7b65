/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wanted.h: the plugins that the configuration and the command line want: asks
 * the loader for those that are missing, and learns the result. Loop thread.
 */
#ifndef NETINST_WANTED_H
#define NETINST_WANTED_H

#include <stdbool.h>
#include <stddef.h>

struct config;

/* Another thread has something to tell: wanted_settle() looks what. */
typedef void (*wanted_news_fn)(void *arg);

void wanted_init(wanted_news_fn news, void *arg);

/*
 * Asks for what the configuration lists and is neither loaded nor asked for
 * yet. needed: the daemon does not start without them, and logs a refusal as
 * the reason.
 */
void wanted_load_configured(const struct config *config, bool needed);

/* Asks for these, whatever is loaded. */
void wanted_load(const char *const *plugins, size_t count, bool needed);

/* Whether none is asked for any more. */
bool wanted_settle(void);

/* How many of those were refused since the last call. After wanted_settle(). */
unsigned wanted_refused(void);

#endif
