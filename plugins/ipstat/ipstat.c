/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipstat.c: counts what real instances count: a sample of each at create, at
 * every interval, and, which is what the records of ended instances are made
 * of, in shutdown, while the namespace is still there.
 *
 * Its callbacks run inside the instance (NETINST_PLUGIN_INSIDE). Where they do
 * not, on a simulated instance or because the namespace could not be entered,
 * nothing is read, so that no instance ever shows the figures of another. Only
 * one callback runs for an instance at a time: no locks. doc/ipstat.md lists
 * the statistics.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/netinst.h>

#include "account.h"
#include "arrivals.h"

NETINST_PLUGIN(.name = "ipstat", .version = "1.0.0",
    .summary = "links, IP, TCP and UDP counters of real instances, to the last",
    .flags = NETINST_PLUGIN_INSIDE);

#define INTERVAL_DEFAULT 10000
#define INTERVAL_MAX	 86400000 /* a day */
/* A link that has come is sampled after so many milliseconds. */
#define SOON 100

/* Milliseconds; 0: none. Set in nin_load. */
static uint64_t interval = INTERVAL_DEFAULT;

static const struct {
	const char *suffix;
	uint64_t milliseconds;
} units[] = {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60000}};

/* "10", "10s", "500ms", "2m". */
static bool
read_interval(const char *text, uint64_t *milliseconds)
{
	char *end;
	unsigned long number;
	unsigned i;

	if (*text < '0' || *text > '9')
		return false;
	number = strtoul(text, &end, 10);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].suffix) != 0)
			continue;
		*milliseconds = number * units[i].milliseconds;
		return number <= INTERVAL_MAX / units[i].milliseconds;
	}
	return false;
}

int
nin_load(const net_config_t *config)
{
	const char *text = net_config_get(config, "interval");

	interval = INTERVAL_DEFAULT;
	if (text == NULL || read_interval(text, &interval))
		return 0;
	net_log(NET_LOG_ERROR,
	    "interval = %s: a time is wanted, from 0 to 1440m, as 10s or 500ms",
	    text);
	return -1;
}

/* What there is of an instance. */
struct context {
	netid_t id;
	bool real; /* its namespace could be entered */
	struct account account;
	struct arrivals arrivals;
	net_timeout_t soon; /* a sample that is wanted, or 0 */
};

static void
take_sample(netid_t id, void *argument)
{
	struct context *context = argument;

	(void)id;
	if (net_instance_inside())
		(void)account_sample(&context->account);
	else
		account_missed(&context->account);
}

static void
take_it_now(netid_t id, void *argument)
{
	struct context *context = argument;

	context->soon = 0;
	take_sample(id, context);
}

/* Many links may come at once: one sample is for all of them. */
static void
sample_soon(void *argument)
{
	struct context *context = argument;

	if (context->soon == 0)
		context->soon =
		    net_timeout(context->id, SOON, take_it_now, context);
}

static void
begin(struct context *context)
{
	context->real = true;
	(void)account_sample(&context->account);
	if (interval > 0 &&
	    net_timeout_every(context->id, interval, take_sample, context) == 0)
		net_log(NET_LOG_WARNING,
		    "instance %d: is sampled at its end only", context->id);
}

void *
nin_create(const netid_t id)
{
	struct context *context = calloc(1, sizeof(*context));

	if (context == NULL)
		return NULL;
	context->id = id;
	account_init(&context->account, id);
	context->arrivals.account = &context->account;
	context->arrivals.ask = sample_soon;
	context->arrivals.arg = context;
	if (net_instance_inside())
		begin(context);
	return context;
}

int
nin_notify(hook_notify_cmd_t command, void *argument, const char *netid,
    const char *none, const char *protocol)
{
	struct context *context = argument;

	(void)netid;
	(void)none;
	if (context->real)
		arrivals_follow(&context->arrivals, command, protocol);
	return 0;
}

void
nin_shutdown(const netid_t id, void *argument)
{
	struct context *context = argument;
	bool final = net_instance_inside() && account_sample(&context->account);

	(void)id;
	account_conclude(&context->account, final);
	account_end(&context->account);
}

void
nin_destroy(const netid_t id, void *context)
{
	(void)id;
	free(context);
}
