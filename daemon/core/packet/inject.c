/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject.c: packets of a plugin's own, as plugins send them, on any thread.
 * Owns those that are queued: jobs on the instance's strand, which take them
 * through the hooks. There is no network behind a simulated instance: what
 * leaves, or is received, is counted and freed.
 *
 * A packet is either taken over, and then it is freed however it ends, or it
 * stays the caller's; which of the two is said by the result alone.
 */
#include "core/packet/inject.h"

#include <stdlib.h>
#include <string.h>

#include <netinst/plugin.h>

#include "base/memory.h"
#include "core/object/instance_ext.h"
#include "core/hook/protocol_ref.h"
#include "core/interface/interface_impl.h"
#include "core/packet/packet_impl.h"

/* A queued packet; pins its protocol. */
struct injection {
	struct job job;
	struct net_data *protocol;
	const struct packet_event *event;
	phy_if_t nic;
	unsigned chain; /* injections that led to it, itself included */
	mblk_t *packet;
};

/* What is asked for, while it is looked at. */
struct inject_request {
	struct instance *instance;
	struct net_data *protocol;
	const net_inject_t *inject;
	struct header header;
	phy_if_t nic; /* out: the interface it goes through */
};

/* How long the chain is that the hook on this thread belongs to. */
static _Thread_local unsigned inject_chain;

NETINST_EXPORT net_inject_t *
net_inject_alloc(const int version)
{
	net_inject_t *inject = memory_zalloc(sizeof(*inject));

	inject->ni_version = version;
	return inject;
}

NETINST_EXPORT void
net_inject_free(net_inject_t *inject)
{
	free(inject);
}

void
inject_read_counts(
    const struct instance *instance, struct inject_counts *counts)
{
	const struct instance_ext *ext = instance_ext_peek(instance);

	*counts = (struct inject_counts){.queued = 0};
	if (ext == NULL)
		return;
	counts->received = atomic_load(&ext->inject_received);
	counts->sent = atomic_load(&ext->inject_sent);
	counts->lost = atomic_load(&ext->inject_lost);
	counts->queued = atomic_load(&ext->inject_queued);
}

/* --- the queue ------------------------------------------------------------ */

/* Whether it passed the hooks; the packet is gone either way. */
static bool
injection_pass(struct injection *injection, struct instance *instance)
{
	struct passage passage = {
	    .instance = instance,
	    .protocol = injection->protocol,
	    .event = injection->event,
	    .in = injection->nic,
	    .out = injection->nic,
	    .packet = injection->packet,
	};
	unsigned outer = inject_chain;
	bool passed;

	header_read(&passage.header, injection->packet);
	inject_chain = injection->chain;
	passed = packet_pass(&passage);
	inject_chain = outer;
	freemsg(passage.packet);
	return passed;
}

static enum job_result
injection_run(struct job *job, struct strand *strand)
{
	struct injection *injection = CONTAINER_OF(job, struct injection, job);
	struct instance *instance = instance_of(strand);
	struct instance_ext *ext = instance_ext_of(instance);
	bool passed = false;

	(void)atomic_fetch_sub(&ext->inject_queued, 1);
	if (!injection->protocol->gone)
		passed = injection_pass(injection, instance);
	else
		freemsg(injection->packet);
	if (!passed)
		(void)atomic_fetch_add(&ext->inject_lost, 1);
	else if (injection->event->in)
		(void)atomic_fetch_add(&ext->inject_received, 1);
	else
		(void)atomic_fetch_add(&ext->inject_sent, 1);
	protocol_drop(injection->protocol);
	free(injection);
	return JOB_DONE;
}

/* Whether there is room for one more, which is then counted. */
static bool
queue_enter(struct instance_ext *ext)
{
	unsigned queued = atomic_load(&ext->inject_queued);

	do
		if (queued >= INJECT_QUEUE_MAX)
			return false;
	while (!atomic_compare_exchange_weak(
	    &ext->inject_queued, &queued, queued + 1));
	return true;
}

/* The instance's lock is held: its end cannot have begun. */
static bool
inject_queue(const struct inject_request *request, const char *event)
{
	struct injection *injection;

	if (inject_chain >= INJECT_CHAIN_MAX ||
	    !queue_enter(instance_ext_of(request->instance)))
		return false;
	injection = memory_zalloc(sizeof(*injection));
	injection->job.run = injection_run;
	injection->protocol = request->protocol;
	protocol_hold(injection->protocol);
	injection->event = packet_event_find(event);
	injection->nic = request->nic;
	injection->chain = inject_chain + 1;
	injection->packet = request->inject->ni_packet;
	strand_post(&request->instance->strand, &injection->job);
	return true;
}

/* --- the styles: true when the packet is sent or queued ------------------- */

static bool
has_interface(const struct inject_request *request)
{
	return interfaces_by_index(interfaces_if_any(request->instance),
		   request->inject->ni_physical) != NULL;
}

static bool
inject_queue_in(struct inject_request *request)
{
	if (!has_interface(request))
		return false;
	request->nic = request->inject->ni_physical;
	return inject_queue(request, NH_PHYSICAL_IN);
}

/* As a socket sends: the route decides, not the caller. */
static bool
inject_queue_out(struct inject_request *request)
{
	struct ip_address to = header_destination(&request->header);
	const struct interface *out = interfaces_route(
	    interfaces_if_any(request->instance), &to, NULL, NULL);

	if (out == NULL)
		return false;
	request->nic = out->index;
	return inject_queue(request, NH_PHYSICAL_OUT);
}

/* ni_addr: the next hop. Nobody sees the packet any more: it has left. */
static bool
inject_direct_out(struct inject_request *request)
{
	struct ip_address hop, to = header_destination(&request->header);
	const net_inject_t *inject = request->inject;

	if (!has_interface(request) ||
	    !ip_get(&hop, (const struct sockaddr *)&inject->ni_addr) ||
	    hop.family != to.family)
		return false;
	(void)atomic_fetch_add(
	    &instance_ext_of(request->instance)->inject_sent, 1);
	freemsg(inject->ni_packet);
	return true;
}

static bool
inject_by_style(struct inject_request *request, inject_t style)
{
	header_read(&request->header, request->inject->ni_packet);
	if (!header_is_whole(
		&request->header, protocol_name(request->protocol)))
		return false;
	switch (style) {
	case NI_QUEUE_IN:
		return inject_queue_in(request);
	case NI_QUEUE_OUT:
		return inject_queue_out(request);
	case NI_DIRECT_OUT:
		return inject_direct_out(request);
	}
	return false;
}

/* --- the call ------------------------------------------------------------- */

/* Only IP sends packets, and only while it is there. The lock is held. */
static bool
inject_is_possible(const struct inject_request *request)
{
	const struct net_data *protocol = request->protocol;

	return request->instance->state <= INSTANCE_ACTIVE &&
	       !protocol->going &&
	       (strcmp(protocol_name(protocol), NHF_INET) == 0 ||
		   strcmp(protocol_name(protocol), NHF_INET6) == 0);
}

static int
inject_own(
    const struct protocol_ref *ref, inject_t style, const net_inject_t *inject)
{
	struct inject_request request = {.instance = ref->instance,
	    .protocol = ref->protocol,
	    .inject = inject};
	bool possible, sent = false;

	lock_enter(&ref->instance->lock);
	possible = inject_is_possible(&request);
	if (possible)
		sent = inject_by_style(&request, style);
	lock_exit(&ref->instance->lock);
	if (!possible)
		return -1;
	if (!sent)
		freemsg(inject->ni_packet);
	return sent ? 0 : 1;
}

NETINST_EXPORT int
net_inject(net_handle_t handle, inject_t style, net_inject_t *inject)
{
	struct protocol_ref ref;
	int result = -1;

	if (inject == NULL || inject->ni_packet == NULL ||
	    !protocol_ref_take(&ref, handle))
		return -1;
	if (ref.provider == NULL)
		result = inject_own(&ref, style, inject);
	else if (ref.provider->netp_inject != NULL)
		result = ref.provider->netp_inject(handle, style, inject);
	protocol_ref_release(&ref);
	return result;
}
