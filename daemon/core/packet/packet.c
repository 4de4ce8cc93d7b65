/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.c: takes one packet through the hooks of an event, as the IP of a
 * kernel would, on the instance's strand. Owns the packet meanwhile, unless a
 * hook takes it.
 *
 * Hooks are held to what packet.h of the plugins says, but what is cheap to
 * make good is made good: after each hook the next one finds the header where
 * the packet begins, and one that takes a packet without saying so does not
 * leave NULL to those behind it.
 */
#include "core/packet/packet.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/log.h"
#include "core/interface/interface_impl.h"
#include "core/packet/packet_impl.h"

/* Bytes in front of a packet, for hooks that put a header before it. */
#define PACKET_HEADROOM 64

static const struct packet_event packet_events[] = {
    {.name = NH_PHYSICAL_IN,
	.in = true,
	.arp = true,
	.observed = true,
	.how = IPOBS_HOOK_INBOUND},
    {.name = NH_PHYSICAL_OUT,
	.out = true,
	.arp = true,
	.observed = true,
	.how = IPOBS_HOOK_OUTBOUND},
    {.name = NH_FORWARDING, .in = true, .out = true},
    {.name = NH_LOOPBACK_IN,
	.in = true,
	.observed = true,
	.how = IPOBS_HOOK_LOCAL},
    {.name = NH_LOOPBACK_OUT, .out = true},
};

const struct packet_event *
packet_event_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(packet_events); i++)
		if (strcmp(packet_events[i].name, name) == 0)
			return &packet_events[i];
	return NULL;
}

bool
packet_event_is_of(const struct packet_event *event, const char *protocol)
{
	if (strcmp(protocol, NHF_ARP) == 0)
		return event->arp;
	return strcmp(protocol, NHF_INET) == 0 ||
	       strcmp(protocol, NHF_INET6) == 0;
}

mblk_t *
packet_block(const uint8_t *bytes, size_t length)
{
	mblk_t *block = allocb(PACKET_HEADROOM + length, 0);

	block->b_rptr += PACKET_HEADROOM;
	block->b_wptr = block->b_rptr + length;
	(void)memcpy(block->b_rptr, bytes, length);
	return block;
}

/* The first block may be empty, when bytes were taken off its front. */
static void
passage_point_at_header(struct passage *passage)
{
	mblk_t *block = passage->packet;

	while (MBLKL(block) == 0 && block->b_cont != NULL)
		block = block->b_cont;
	passage->data.hpe_mb = block;
	passage->data.hpe_hdr = block->b_rptr;
}

/* What is left for the hooks behind one that took the packet. */
static void
passage_make_good(struct passage *passage, const struct hook_view *hook)
{
	if (!passage->warned)
		log_warning("core",
		    "%s: hook %s on %s of instance %d took a packet and "
		    "returned 0",
		    hook->owner, hook->name, passage->event->name,
		    passage->instance->id);
	passage->taken = passage->warned = true;
	passage->packet =
	    packet_block(passage->header.bytes, passage->header.length);
}

static void
passage_hook_over(
    void *arg, const struct hook_view *hook, int result, int64_t elapsed)
{
	struct passage *passage = arg;
	bool passed = result == 0 && passage->packet != NULL;

	if (result == 0 && !passed)
		passage_make_good(passage, hook);
	if (result == 0)
		passage_point_at_header(passage);
	if (passage->over != NULL)
		passage->over(
		    passage, passage->event->name, hook, passed, elapsed);
}

static void
passage_observer_over(
    void *arg, const struct hook_view *hook, int result, int64_t elapsed)
{
	struct passage *passage = arg;

	(void)result;
	if (passage->over != NULL)
		passage->over(passage, NH_OBSERVE, hook, true, elapsed);
}

/* Observers get a copy: nothing they do to it changes what was decided. */
static void
passage_observe(struct passage *passage)
{
	const struct event_watch watch = {
	    .over = passage_observer_over, .arg = passage};
	uint32_t zone = htonl((uint32_t)passage->instance->id);
	bool is_inet6 =
	    strcmp(protocol_name(passage->protocol), NHF_INET6) == 0;
	hook_pkt_observe_t observe = {
	    .hpo_version = 1,
	    .hpo_family = is_inet6 ? AF_INET6 : AF_INET,
	    .hpo_htype = htons((uint16_t)passage->event->how),
	    .hpo_pktlen = htonl((uint32_t)msgdsize(passage->packet)),
	    .hpo_ifindex = htonl(
		(uint32_t)(passage->event->in ? passage->in : passage->out)),
	    .hpo_zsrc = zone,
	    .hpo_zdst = zone,
	    .hpo_pkt = copymsg(passage->packet),
	};

	(void)event_run(passage->instance, passage->protocol, NH_OBSERVE,
	    (hook_data_t)&observe, &watch);
	freemsg(observe.hpo_pkt);
}

static bool
is_observed(struct net_data *protocol, const struct packet_event *event)
{
	return event->observed && event_has_hooks(protocol, NH_OBSERVE);
}

bool
packet_is_watched(struct net_data *protocol, const struct packet_event *event)
{
	return event_has_hooks(protocol, event->name) ||
	       is_observed(protocol, event);
}

/* Also the broadcast addresses of the interface that it is on. */
static int
passage_flags(const struct passage *passage)
{
	struct ip_address to = header_destination(&passage->header);
	const struct interface *interface =
	    interfaces_by_index(interfaces_if_any(passage->instance),
		passage->event->in ? passage->in : passage->out);
	uint32_t i;

	for (i = 0; interface != NULL && i < interface->address_count; i++)
		if (ip_is_given(&to) &&
		    ip_equal(&interface->addresses[i].broadcast, &to))
			return HPE_BROADCAST;
	return header_flags(&passage->header);
}

bool
packet_pass(struct passage *passage)
{
	const struct packet_event *event = passage->event;
	const struct event_watch watch = {
	    .over = passage_hook_over, .arg = passage};
	int result;

	passage->taken = false;
	passage->data = (hook_pkt_event_t){
	    .hpe_protocol = passage->protocol,
	    .hpe_ifp = event->in ? passage->in : 0,
	    .hpe_ofp = event->out ? passage->out : 0,
	    .hpe_mp = &passage->packet,
	    .hpe_flags = passage_flags(passage),
	};
	passage_point_at_header(passage);
	result = event_run(passage->instance, passage->protocol, event->name,
	    (hook_data_t)&passage->data, &watch);
	if (result != 0 || passage->taken) {
		freemsg(passage->packet);
		passage->packet = NULL;
		return false;
	}
	if (is_observed(passage->protocol, event))
		passage_observe(passage);
	return true;
}
