/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template.c: the plugin to copy. It has every function a plugin can export
 * and does next to nothing in them: it greets the protocols of each instance.
 * doc/plugins.md says more; this is enough to build it:
 *
 *   cc -shared -fPIC -fvisibility=hidden -o template.so template.c
 *
 * or, with the Makefile that make install puts beside it: make, make check.
 */
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

/*
 * What the daemon reads before it runs anything: who this is, and which
 * interface it was compiled for. The name is what netinstctl knows it by.
 */
NETINST_PLUGIN(.name = "template", .version = "0.1.0",
    .summary = "the plugin to copy: every callback, each explained");

/*
 * One context per instance keeps instances apart: they run in parallel, while
 * the callbacks of one instance never do, so nothing in here needs a lock.
 */
struct context {
	netid_t instance_id;
	unsigned long protocols;
};

/*
 * Set in nin_load, before any callback, and only read afterwards: the one kind
 * of global data that all threads may use without a lock.
 */
static char *greeting;

/*
 * Optional. Comes first, once, on a thread that may wait: read the settings
 * here (they are gone afterwards). Anything but 0 means "do not load me".
 */
int
nin_load(const net_config_t *config)
{
	const char *text = net_config_get(config, "greeting");

	greeting = strdup(text != NULL ? text : "hello");
	return greeting != NULL ? 0 : -1;
}

/*
 * Required. Comes for every instance there is and for each new one; what it
 * returns is handed to the other callbacks. NULL: this instance goes without.
 */
void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context != NULL)
		context->instance_id = id;
	return context;
}

/*
 * Optional. Tells which protocols ("inet", "inet6", "arp", or a plugin's own)
 * the instance has: first those that are there, then all that come and go.
 */
int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	struct context *context = argument;

	(void)none;
	if (command != HN_REGISTER)
		return 0;
	context->protocols++;
	net_log(
	    NET_LOG_INFO, "%s, %s on instance %s", greeting, protocol, netid);
	return 0;
}

/*
 * Optional. The instance goes down, or the plugin is being unloaded: stop what
 * was started for it, delete its kstats. Everything else still works here.
 */
void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;

	net_log(NET_LOG_INFO, "instance %d: greeted %lu protocols", id,
	    context->protocols);
}

/*
 * Required. The last callback of this instance: free the context. It comes
 * after nin_shutdown returned, and only where nin_create gave a context.
 */
void
nin_destroy(const netid_t id, void *argument)
{
	(void)id;
	free(argument);
}

/*
 * Optional. Comes last, once, when no callback runs any more: end threads and
 * timers, free what nin_load got. The code itself stays in memory.
 */
void
nin_unload(void)
{
	free(greeting);
}
