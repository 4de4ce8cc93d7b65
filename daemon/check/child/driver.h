/* SPDX-License-Identifier: Apache-2.0 */
/*
 * driver.h: what scenarios act on: the real core and loader, with simulated
 * instances. Requests are under way when these functions return;
 * driver_settle() waits for their ends. Main thread of the child.
 */
#ifndef NETINST_CHECK_DRIVER_H
#define NETINST_CHECK_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

/* Starts the framework with that many workers and the global instance. */
int driver_start(unsigned workers);

/* Unloads the plugin, ends every instance, and the core shuts down. */
void driver_stop(void);

/* Waits until every request has ended. */
void driver_settle(void);

/* The plugin of the order. */
void driver_load(void);
void driver_unload(void);
void driver_reload(void);

/* Whether the last load has succeeded; after driver_settle(). */
bool driver_is_loaded(void);

/* An instance with the first count of inet, inet6, arp; by name. */
void driver_create(const char *name, size_t count);
void driver_shutdown(const char *name);
void driver_destroy(const char *name);
void driver_add(const char *name, const char *protocol);
void driver_remove(const char *name, const char *protocol);

/* Settles, then reads every kstat of an instance, and observes it. */
void driver_read_kstats(const char *name);

/*
 * What reaches the hooks and timeouts of a plugin; each settles. An interface
 * with an address comes to the instance, changes, and goes; a packet of each
 * protocol runs through each event; timeouts of a few milliseconds pass.
 */
void driver_interfaces(const char *name);
void driver_packets(const char *name);
void driver_pass_time(void);

#endif
