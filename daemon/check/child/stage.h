/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.h: the small world that a course plays in: the real core and loader,
 * with simulated instances. What is asked for is under way at once; a course
 * that wants to see the end of it calls stage_settle(). Main thread of the
 * child, except where it says otherwise.
 */
#ifndef NETINST_CHECK_STAGE_H
#define NETINST_CHECK_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/object/instance.h"

/* Starts the framework with that many workers and the global instance. */
int stage_start(unsigned workers);

/* Unloads the plugin, ends every instance and the framework's business. */
void stage_stop(void);

/*
 * For what else is asked of the core: count it first; stage_end(), any thread,
 * is its core_done_fn, and is called for what was refused at once, too.
 */
void stage_begin(void);
void stage_end(void *arg, int error);

/* Waits until everything that was asked for is over. */
void stage_settle(void);

/* The plugin of the order. */
void stage_load(void);
void stage_unload(void);
void stage_reload(void);

/* Whether the last load has succeeded; after stage_settle(). */
bool stage_is_loaded(void);

/* An instance with the first count of inet, inet6, arp; by name. */
void stage_create(const char *name, size_t count);
void stage_shutdown(const char *name);
void stage_destroy(const char *name);
void stage_add(const char *name, const char *protocol);
void stage_remove(const char *name, const char *protocol);

/* Reads every kstat of an instance, and observes it. Settles. */
void stage_read_kstats(const char *name);

#endif
