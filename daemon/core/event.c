/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event.c: runs the hooks of the framework's own events. Strand only.
 */
#include "core/event.h"

bool
event_has_hooks(
    struct instance *instance, struct net_data *protocol, const char *event)
{
	(void)instance, (void)protocol, (void)event;
	return false;
}

int
event_run(struct instance *instance, struct net_data *protocol,
    const char *event, hook_data_t data, const struct event_watch *watch)
{
	(void)instance, (void)protocol, (void)event, (void)data, (void)watch;
	return 0;
}
