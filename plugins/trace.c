/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.c: shows what happens to every instance: one line of the log for each
 * callback, and statistics per instance. It is the example of the source
 * document ("IP Instances") made whole.
 *
 * Each instance has a context of its own, made in create and freed in destroy.
 * Only one callback runs for an instance at a time, so it needs no lock. The
 * statistics can be read at any moment, which is why they are counted with
 * kstat_named_add_u64().
 */
#include <stdbool.h>
#include <stdlib.h>

#include <netinst/netinst.h>

NETINST_PLUGIN(.name = "trace", .version = "1.0.0",
    .summary = "logs every callback and counts protocols per instance");

enum { NOTIFIES, PROTOCOLS, STATISTICS };

static const char *const statistic_names[STATISTICS] = {
    [NOTIFIES] = "notifies",   /* calls of the notification callback */
    [PROTOCOLS] = "protocols", /* there now */
};

struct trace {
	netid_t instance_id;
	kstat_t *kstat;
	kstat_named_t *statistics; /* of that kstat */
};

/* Called for each protocol that comes to the instance or goes from it. */
static int
trace_protocol(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	struct trace *trace = context;
	bool here = command == HN_REGISTER;

	(void)none;
	kstat_named_add_u64(&trace->statistics[NOTIFIES], 1);
	kstat_named_add_u64(
	    &trace->statistics[PROTOCOLS], here ? 1 : UINT64_MAX);
	net_log(NET_LOG_INFO, "instance %s: protocol %s %s", netid, protocol,
	    here ? "is here" : "is gone");
	return 0;
}

static bool
trace_create_kstat(struct trace *trace)
{
	unsigned i;

	trace->kstat = net_kstat_create(trace->instance_id, "trace", 0,
	    "callbacks", "net", KSTAT_TYPE_NAMED, STATISTICS, 0);
	if (trace->kstat == NULL)
		return false;
	trace->statistics = KSTAT_NAMED_PTR(trace->kstat);
	for (i = 0; i < STATISTICS; i++)
		kstat_named_init(&trace->statistics[i], statistic_names[i],
		    KSTAT_DATA_UINT64);
	kstat_install(trace->kstat);
	return true;
}

void *
nin_create(const netid_t id)
{
	struct trace *trace = calloc(1, sizeof(*trace));

	if (trace == NULL)
		return NULL;
	net_log(NET_LOG_INFO, "instance %d: create", id);
	trace->instance_id = id;
	if (!trace_create_kstat(trace)) {
		free(trace);
		return NULL;
	}
	/*
	 * Calls back at once for the protocols that are there already, so the
	 * context is complete by now.
	 */
	if (net_instance_notify_register(id, trace_protocol, trace) != 0)
		net_log(NET_LOG_WARNING,
		    "instance %d: its protocols cannot be followed", id);
	return trace;
}

void
nin_shutdown(const netid_t id, void *context)
{
	struct trace *trace = context;

	net_log(NET_LOG_INFO, "instance %d: shutdown", id);
	/* The callback counts, so it ends before the statistics do. */
	(void)net_instance_notify_unregister(id, trace_protocol);
	net_kstat_delete(id, trace->kstat);
}

void
nin_destroy(const netid_t id, void *context)
{
	net_log(NET_LOG_INFO, "instance %d: destroy", id);
	free(context);
}
