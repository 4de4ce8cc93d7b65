/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticks.c: counts, per instance, calls that come later: one every millisecond,
 * one that comes once, and one that cancels itself when it comes the fifth
 * time. nin_load makes one more, for the global instance. Calls that come when
 * nothing may come any more are logged as errors. With the settings "instance"
 * and "gate", the fifth tick of that instance waits at the gate.
 */
#include <stdatomic.h>

#include "gate.h"

NETINST_PLUGIN(.name = "ticks", .version = "1.0.0",
    .summary = "timeouts, once and again, counted");

enum { TICKS, ONCE, FIVE, COUNTERS };

struct context {
	netid_t id;
	int over; /* shutdown has begun */
	net_timeout_t five;
	kstat_t *kstat;
};

static atomic_ulong beats;

static void
count(struct context *context, unsigned which)
{
	kstat_named_t *counters = context->kstat->ks_data;

	if (context->over)
		net_log(NET_LOG_ERROR, "instance %d: called after its shutdown",
		    context->id);
	kstat_named_add_u64(&counters[which], 1);
}

static void
tick(netid_t id, void *arg)
{
	struct context *context = arg;
	kstat_named_t *counters = context->kstat->ks_data;

	count(context, TICKS);
	if (id == gate_instance && counters[TICKS].value.ui64 == 5)
		gate_wait();
}

static void
once(netid_t id, void *arg)
{
	count(arg, ONCE);
}

static void
five(netid_t id, void *arg)
{
	struct context *context = arg;
	kstat_named_t *counters = context->kstat->ks_data;

	count(context, FIVE);
	if (counters[FIVE].value.ui64 == 5)
		net_log(NET_LOG_INFO, "instance %d: cancelling itself: %d", id,
		    net_untimeout(context->five));
}

static void
beat(netid_t id, void *arg)
{
	(void)atomic_fetch_add(&beats, 1);
}

int
nin_load(const net_config_t *config)
{
	gate_configure(config);
	return net_timeout_every(GLOBAL_ZONEID, 1, beat, NULL) != 0 ? 0 : -1;
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));
	kstat_named_t *counters;

	if (context == NULL)
		return NULL;
	context->id = id;
	context->kstat = net_kstat_create(
	    id, "ticks", 0, "ticks", "misc", KSTAT_TYPE_NAMED, COUNTERS, 0);
	counters = context->kstat->ks_data;
	kstat_named_init(&counters[TICKS], "ticks", KSTAT_DATA_UINT64);
	kstat_named_init(&counters[ONCE], "once", KSTAT_DATA_UINT64);
	kstat_named_init(&counters[FIVE], "five", KSTAT_DATA_UINT64);
	kstat_install(context->kstat);
	(void)net_timeout_every(id, 1, tick, context);
	(void)net_timeout(id, 0, once, context);
	context->five = net_timeout_every(id, 1, five, context);
	return context;
}

void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;

	context->over = 1;
	net_kstat_delete(id, context->kstat);
	net_log(NET_LOG_INFO, "instance %d: shutdown, %lu beats, another: %s",
	    id, atomic_load(&beats),
	    net_timeout(id, 0, once, context) == 0 ? "refused" : "made");
}

void
nin_destroy(const netid_t id, void *context)
{
	free(context);
}

void
nin_unload(void)
{
	net_log(NET_LOG_INFO, "unload, %lu beats, another: %s",
	    atomic_load(&beats),
	    net_timeout(GLOBAL_ZONEID, 0, beat, NULL) == 0 ? "refused"
							   : "made");
}
