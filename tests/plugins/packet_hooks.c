/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_hooks.c: three hooks on every event of packets: "count" lets all
 * pass, "drop" drops one in every n that it sees, "change" lowers the time to
 * live of one in every m packets of IP and mends the checksum. A fourth,
 * "observe", counts what OBSERVING shows.
 *
 * Settings: drop=N (10 when not said; 0: none), change=M (likewise), inject=K
 * (0 when not said): of every K packets that came in, "count" lets a copy of
 * one come in again. What they did is in the kstat packet_hooks:0:packets;
 * "wrong" there counts packets that were not shown as the documentation of
 * hook_pkt_event_t says.
 *
 * All hooks of an instance run on its strand, so nothing here is locked.
 */
#include <stdbool.h>
#include <string.h>

#include "frees_context.h"

NETINST_PLUGIN(.name = "packet_hooks", .version = "1.0.0",
    .summary = "counts, drops and changes packets");

enum statistic { SEEN, DROPPED, CHANGED, OBSERVED, WRONG, STATISTICS };
static const char *const statistic_names[STATISTICS] = {
    "seen", "dropped", "changed", "observed", "wrong"};

struct packet_hooks {
	netid_t instance;
	unsigned drop_turn, change_turn, inject_turn;
	kstat_t *kstat;
	kstat_named_t *statistics;
};

static unsigned drop_every = 10, change_every = 10, inject_every = 0;

static void
count(struct packet_hooks *hooks, enum statistic statistic)
{
	kstat_named_add_u64(&hooks->statistics[statistic], 1);
}

/* Whether it is the turn of this one, of every so many. */
static bool
is_turn(unsigned *turn, unsigned every)
{
	if (every == 0 || ++*turn < every)
		return false;
	*turn = 0;
	return true;
}

static bool
is_shown_rightly(const hook_pkt_event_t *event)
{
	const mblk_t *block = event->hpe_mb;

	return event->hpe_mp != NULL && *event->hpe_mp != NULL &&
	       block != NULL && event->hpe_hdr == block->b_rptr &&
	       block->b_wptr > block->b_rptr && block->b_next == NULL &&
	       net_getnetid(event->hpe_protocol) >= 0;
}

/* Whatever becomes of it, the copy is not ours any more: no result is -1. */
static void
inject_again(const hook_pkt_event_t *event)
{
	net_inject_t *inject = net_inject_alloc(NETINFO_VERSION);

	inject->ni_packet = copymsg(*event->hpe_mp);
	inject->ni_physical = event->hpe_ifp;
	(void)net_inject(event->hpe_protocol, NI_QUEUE_IN, inject);
	net_inject_free(inject);
}

static int
count_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_event_t *event = (const hook_pkt_event_t *)data;
	struct packet_hooks *hooks = arg;

	count(arg, SEEN);
	if (!is_shown_rightly(event))
		count(arg, WRONG);
	if (event->hpe_ifp != 0 && is_turn(&hooks->inject_turn, inject_every))
		inject_again(event);
	return 0;
}

/* By turns it frees the packet itself, or leaves that to the framework. */
static int
drop_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;
	struct packet_hooks *hooks = arg;

	if (!is_turn(&hooks->drop_turn, drop_every))
		return 0;
	count(hooks, DROPPED);
	if (hooks->statistics[DROPPED].value.ui64 % 2 == 0) {
		freemsg(*event->hpe_mp);
		*event->hpe_mp = NULL;
	}
	return 1;
}

/* One less to live: the checksum, which is inverted, grows by as much. */
static void
lower_time_to_live(uint8_t *header)
{
	unsigned sum = ((unsigned)header[10] << 8 | header[11]) + 0x100;

	if (header[0] >> 4 == 6) {
		header[7]--;
		return;
	}
	sum = (sum & 0xffff) + (sum >> 16);
	header[8]--;
	header[10] = (uint8_t)(sum >> 8);
	header[11] = (uint8_t)sum;
}

static int
change_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;
	struct packet_hooks *hooks = arg;
	uint8_t *header = event->hpe_hdr;

	if (header[0] >> 4 == 0 || !is_turn(&hooks->change_turn, change_every))
		return 0;
	count(hooks, CHANGED);
	lower_time_to_live(header);
	if (net_isvalidchecksum(event->hpe_protocol, *event->hpe_mp) == 0)
		count(hooks, WRONG);
	return 0;
}

static int
observe_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_observe_t *observe = (const hook_pkt_observe_t *)data;

	count(arg, OBSERVED);
	if (observe->hpo_version != 1 || msgdsize(observe->hpo_pkt) == 0)
		count(arg, WRONG);
	return 0;
}

static const struct {
	const char *name;
	hook_func_t function;
} packet_hooks[] = {
    {"count", count_packet},
    {"drop", drop_packet},
    {"change", change_packet},
};

static const char *const packet_events[] = {NH_PHYSICAL_IN, NH_PHYSICAL_OUT,
    NH_FORWARDING, NH_LOOPBACK_IN, NH_LOOPBACK_OUT};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ENXIO: the protocol has no such event. */
static void
hang(net_handle_t protocol, const char *event, const char *name,
    hook_func_t function, struct packet_hooks *hooks)
{
	hook_t *hook;

	HOOK_INIT(hook, function, name, hooks);
	(void)net_hook_register(protocol, event, hook);
	hook_free(hook);
}

static void
take_down(net_handle_t protocol, const char *event, const char *name)
{
	hook_t *hook = hook_alloc(HOOK_VERSION);

	hook->h_name = name;
	(void)net_hook_unregister(protocol, event, hook);
	hook_free(hook);
}

static void
hang_all(net_handle_t protocol, struct packet_hooks *hooks)
{
	size_t i, j;

	for (i = 0; i < COUNT(packet_events); i++)
		for (j = 0; j < COUNT(packet_hooks); j++)
			hang(protocol, packet_events[i], packet_hooks[j].name,
			    packet_hooks[j].function, hooks);
	hang(protocol, NH_OBSERVE, "observe", observe_packet, hooks);
}

static void
take_all_down(net_handle_t protocol)
{
	size_t i, j;

	for (i = 0; i < COUNT(packet_events); i++)
		for (j = 0; j < COUNT(packet_hooks); j++)
			take_down(
			    protocol, packet_events[i], packet_hooks[j].name);
	take_down(protocol, NH_OBSERVE, "observe");
}

int
nin_notify(hook_notify_cmd_t command, void *context, const char *netid,
    const char *none, const char *protocol)
{
	struct packet_hooks *hooks = context;
	net_handle_t handle = net_protocol_lookup(hooks->instance, protocol);

	if (handle == NULL)
		return 0;
	if (command == HN_REGISTER)
		hang_all(handle, hooks);
	else
		take_all_down(handle);
	(void)net_protocol_release(handle);
	return 0;
}

static unsigned
setting(const net_config_t *config, const char *key, unsigned usual)
{
	const char *value = net_config_get(config, key);

	return value != NULL ? (unsigned)strtoul(value, NULL, 10) : usual;
}

int
nin_load(const net_config_t *config)
{
	drop_every = setting(config, "drop", drop_every);
	change_every = setting(config, "change", change_every);
	inject_every = setting(config, "inject", inject_every);
	return 0;
}

void *
nin_create(const netid_t id)
{
	struct packet_hooks *hooks = calloc(1, sizeof(*hooks));
	unsigned i;

	if (hooks == NULL)
		return NULL;
	hooks->instance = id;
	hooks->kstat = net_kstat_create(id, "packet_hooks", 0, "packets", "net",
	    KSTAT_TYPE_NAMED, STATISTICS, 0);
	if (hooks->kstat == NULL) {
		free(hooks);
		return NULL;
	}
	hooks->statistics = KSTAT_NAMED_PTR(hooks->kstat);
	for (i = 0; i < STATISTICS; i++)
		kstat_named_init(&hooks->statistics[i], statistic_names[i],
		    KSTAT_DATA_UINT64);
	kstat_install(hooks->kstat);
	return hooks;
}

void
nin_shutdown(const netid_t id, void *context)
{
	struct packet_hooks *hooks = context;

	net_kstat_delete(id, hooks->kstat);
}
