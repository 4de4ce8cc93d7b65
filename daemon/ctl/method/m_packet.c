/* SPDX-License-Identifier: Apache-2.0 */
/*
 * m_packet.c: the method packet.run. Decodes the packets of the request at
 * once, has the instance's strand take them through the hooks, then writes the
 * answer, which may be long, in pieces. Owns the packets meanwhile, also when
 * the client is gone. Loop thread, but for run_done().
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "core/interface/interface.h"
#include "core/packet/packet.h"
#include "ctl/method/instance_reply.h"
#include "ctl/method/methods.h"
#include "ctl/method/name.h"
#include "ctl/serve/pending.h"
#include "lib/base64.h"
#include "lib/emit.h"
#include "lib/scan.h"

/* Requests under way, of all clients: they hold a megabyte or more each. */
#define RUNS_MAX 64
/* Bytes of changed packets written in one turn. */
#define STEP_BYTES (64 << 10)

struct packet_run {
	struct pending pending; /* first */
	struct instance *instance;
	struct packet_order order;
	uint8_t *bytes; /* of all packets */
	struct packet *packets;
	size_t count;
	struct packet_batch *batch; /* NULL: not made yet */
	bool changes;		    /* the client wants changed packets back */
	size_t written;		    /* packets that were looked at for that */
	int error;
};

static unsigned runs;

static struct packet_run *
run_of(struct pending *pending)
{
	return CONTAINER_OF(pending, struct packet_run, pending);
}

/* --- the request ---------------------------------------------------------- */

/* Decodes one packet to at; NULL, or the answer. */
static const struct rpc_answered *
run_read_packet(struct rpc_call *call, struct packet_run *run,
    struct scan_slice *text, uint8_t *at)
{
	struct packet *packet;

	if (run->count == RPC_PACKETS_MAX)
		return rpc_error_limit(call, RPC_INVALID_PARAMS,
		    RPC_PACKETS_MAX, "send the rest with another request",
		    "parameter 'packets' has too many packets");
	packet = &run->packets[run->count];
	if (text->kind != SCAN_STRING || !scan_decode(text, RPC_LINE_MAX) ||
	    !base64_decode(text->text, text->length, at, &packet->length))
		return rpc_error(call, RPC_INVALID_PARAMS,
		    "RFC 4648 with padding, and without line ends",
		    "packet %zu of parameter 'packets' is no base64",
		    run->count);
	if (packet->length > RPC_PACKET_MAX)
		return rpc_error_limit(call, RPC_INVALID_PARAMS, RPC_PACKET_MAX,
		    "a packet begins with its IP header",
		    "packet %zu of parameter 'packets' is too long",
		    run->count);
	packet->bytes = at;
	run->count++;
	return NULL;
}

static const struct rpc_answered *
run_read_packets(struct rpc_call *call, struct packet_run *run)
{
	const struct scan_slice *list = &call->params[RUN_PACKETS].raw;
	const struct rpc_answered *answered = NULL;
	struct scan_slice text;
	struct scan scan;
	/* Each takes two quotes and a comma: cheaper than counting them. */
	size_t limit = list->length / 3 + 1;
	uint8_t *at;

	if (limit > RPC_PACKETS_MAX)
		limit = RPC_PACKETS_MAX;
	run->packets = memory_zalloc(limit * sizeof(run->packets[0]));
	run->bytes = at = memory_alloc(list->length + 1);
	scan_start(&scan, list->text, list->length);
	(void)scan_enter(&scan, '[');
	while (answered == NULL && scan_next_element(&scan) &&
	       scan_value(&scan, &text)) {
		answered = run_read_packet(call, run, &text, at);
		if (answered == NULL)
			at += run->packets[run->count - 1].length;
	}
	return answered;
}

struct protocol_search {
	const char *name;
	bool found;
};

static void
run_see_protocol(void *arg, const char *protocol)
{
	struct protocol_search *search = arg;

	if (strcmp(protocol, search->name) == 0)
		search->found = true;
}

/* The event, and the protocol if one is given. */
static const struct rpc_answered *
run_find_event(struct rpc_call *call, struct packet_run *run)
{
	const char *event = call->params[RUN_EVENT].text;
	struct protocol_search search = {
	    .name = call->params[RUN_PROTOCOL].text};

	run->order.event = packet_event_find(event);
	if (run->order.event == NULL)
		return rpc_error(call, RPC_EVENT_NOT_FOUND,
		    "PHYSICAL_IN, PHYSICAL_OUT, FORWARDING, LOOPBACK_IN and "
		    "LOOPBACK_OUT are events that packets run through",
		    "no packets run through an event " RPC_QUOTED, event);
	if (search.name == NULL)
		return NULL;
	instance_visit_protocols(run->instance, run_see_protocol, &search);
	if (!search.found)
		return rpc_error(call, RPC_PROTOCOL_NOT_FOUND,
		    "netinstctl protocol list tells which it has",
		    "instance '%s' has no protocol " RPC_QUOTED,
		    instance_name(run->instance), search.name);
	if (!packet_event_is_of(run->order.event, search.name))
		return rpc_error(call, RPC_EVENT_NOT_FOUND,
		    "inet and inet6 have all events of packets, arp has "
		    "PHYSICAL_IN and PHYSICAL_OUT, others have none",
		    "no packets of protocol " RPC_QUOTED
		    " run through an event '%s'",
		    search.name, event);
	run->order.protocol = search.name;
	return NULL;
}

static bool
run_see_interface(void *arg, const struct interface_view *view)
{
	phy_if_t *index = arg;

	*index = view->index;
	return true;
}

/* By its name, or else its index. */
static struct interface_ref
run_interface_ref(const struct param_value *value)
{
	struct interface_ref ref = {.name = value->text};
	int32_t index;

	if (value->text != NULL && name_is_id(value->text, &index))
		ref.index = (phy_if_t)index;
	else if (value->text == NULL && value->integer > 0)
		ref.index = (phy_if_t)value->integer;
	return ref;
}

static const struct rpc_answered *
run_find_interface(struct rpc_call *call, const struct packet_run *run,
    unsigned param, phy_if_t *index)
{
	const struct param_value *value = &call->params[param];
	struct interface_ref ref = run_interface_ref(value);

	if (!value->given ||
	    interface_visit_one(run->instance, &ref, run_see_interface, index))
		return NULL;
	if (ref.name == NULL)
		return rpc_error(call, RPC_NIC_NOT_FOUND,
		    "netinstctl nic list shows what there is",
		    "instance '%s' has no interface %" PRId64,
		    instance_name(run->instance), value->integer);
	return rpc_error(call, RPC_NIC_NOT_FOUND,
	    "netinstctl nic list shows what there is",
	    "instance '%s' has no interface " RPC_QUOTED,
	    instance_name(run->instance), ref.name);
}

/* An event with one interface takes it from nic, whichever way it goes. */
static const struct rpc_answered *
run_read(struct rpc_call *call, struct packet_run *run)
{
	const struct param_value *params = call->params;
	const struct rpc_answered *answered =
	    instance_reply_find(call, &params[RUN_INSTANCE], &run->instance);

	if (answered == NULL)
		answered = run_find_event(call, run);
	if (answered == NULL)
		answered =
		    run_find_interface(call, run, RUN_NIC, &run->order.in);
	run->order.out = run->order.in;
	if (answered == NULL)
		answered =
		    run_find_interface(call, run, RUN_OUT_NIC, &run->order.out);
	if (answered == NULL)
		answered = run_read_packets(call, run);
	run->changes = param_is_on(&params[RUN_CHANGES]);
	return answered;
}

/* --- the answer ----------------------------------------------------------- */

static void
run_write_hook(struct buffer *out, const struct packet_hook *hook)
{
	emit_begin_object(out, NULL);
	emit_text(out, "protocol", hook->protocol);
	emit_text(out, "event", hook->event);
	emit_text(out, "hook", hook->name);
	emit_text(out, "plugin", hook->owner);
	emit_unsigned(out, "seen", hook->seen);
	emit_unsigned(out, "dropped", hook->dropped);
	emit_unsigned(out, "modified", hook->modified);
	emit_integer(out, "time_ns", hook->time);
	emit_end_object(out);
}

/* Which packets met that fate, by their place in the request. */
static void
run_write_fate(
    struct buffer *out, const struct packet_run *run, enum packet_fate fate)
{
	uint64_t left = packet_batch_count(run->batch, fate);

	emit_begin_array(out, packet_fate_name(fate));
	for (size_t i = 0; left > 0; i++)
		if (run->packets[i].fate == fate) {
			emit_unsigned(out, NULL, i);
			left--;
		}
	emit_end_array(out);
}

/* All but the changed packets. */
static void
run_write(struct buffer *out, const struct packet_run *run)
{
	const struct packet_hook *hooks;
	size_t count;

	emit_unsigned(out, "packets", run->count);
	emit_unsigned(
	    out, "passed", packet_batch_count(run->batch, PACKET_PASSED));
	run_write_fate(out, run, PACKET_DROPPED);
	run_write_fate(out, run, PACKET_SKIPPED);
	run_write_fate(out, run, PACKET_MALFORMED);
	emit_integer(out, "time_ns", packet_batch_time(run->batch));
	hooks = packet_batch_hooks(run->batch, &count);
	emit_begin_array(out, "hooks");
	for (size_t i = 0; i < count; i++)
		run_write_hook(out, &hooks[i]);
	emit_end_array(out);
}

static void
run_write_changed(struct buffer *out, struct packet *packet, size_t index)
{
	size_t length = msgsize(packet->changed);
	size_t letters = BASE64_LETTERS(length);
	char *at;

	/* Into one block. */
	(void)pullupmsg(packet->changed, -1);
	emit_begin_object(out, NULL);
	emit_unsigned(out, "packet", index);
	emit_key(out, "bytes");
	at = buffer_room(out, letters + 2);
	*at++ = '"';
	base64_encode(packet->changed->b_rptr, length, at);
	at[letters] = '"';
	out->length += letters + 2;
	emit_end_object(out);
}

/* Hooks may make packets longer, so the reply's length is theirs to choose. */
static bool
run_is_too_long(const struct packet_run *run, const struct buffer *out)
{
	const struct packet *packet = &run->packets[run->written];

	return packet->changed != NULL &&
	       out->length + BASE64_LETTERS(msgsize(packet->changed)) >
		   PENDING_REPLY_SIZE;
}

static const struct rpc_answered *
run_write_changes(struct rpc_call *call, struct packet_run *run)
{
	size_t start = call->out->length;

	for (; run->written < run->count; run->written++) {
		if (call->out->length - start > STEP_BYTES)
			return pending_again(&run->pending);
		if (run_is_too_long(run, call->out))
			return rpc_error_limit(call, RPC_LIMIT_REACHED,
			    PENDING_REPLY_SIZE,
			    "run fewer packets at a time, or without changes",
			    "hooks made the packets too long for an answer");
		if (run->packets[run->written].changed != NULL)
			run_write_changed(call->out,
			    &run->packets[run->written], run->written);
	}
	emit_end_array(call->out);
	return rpc_end(call);
}

static const struct rpc_answered *
run_error(struct rpc_call *call, const struct packet_run *run)
{
	return rpc_error(call, RPC_WRONG_STATE,
	    "packets run through the hooks of an active instance",
	    "instance '%s' is %s", instance_name(run->instance),
	    instance_state_name(instance_state(run->instance)));
}

static const struct rpc_answered *
run_answer(struct rpc_call *call, struct pending *pending)
{
	struct packet_run *run = run_of(pending);

	if (run->error != 0)
		return run_error(call, run);
	if (call->out->length == 0) {
		run_write(rpc_begin(call), run);
		if (!run->changes)
			return rpc_end(call);
		emit_begin_array(call->out, "changed");
	}
	return run_write_changes(call, run);
}

static void
run_release(struct pending *pending)
{
	struct packet_run *run = run_of(pending);

	if (run->batch != NULL)
		packet_batch_free(run->batch);
	if (run->instance != NULL)
		instance_release(run->instance);
	free(run->packets);
	free(run->bytes);
	runs--;
}

/* A worker. */
static void
run_done(void *arg, int error)
{
	struct packet_run *run = arg;

	run->error = error;
	pending_done(&run->pending);
}

/* From packet_run() on, error is the worker's. */
static const struct rpc_answered *
run_start(struct rpc_call *call, struct packet_run *run)
{
	run->batch = packet_batch_create(&run->order, run->packets, run->count);
	pending_expect(&run->pending);
	if (packet_run(run->instance, run->batch, run_done, run) != 0)
		return run_error(call, run);
	return pending_wait(&run->pending);
}

const struct rpc_answered *
m_packet_run(struct rpc_call *call)
{
	const struct rpc_answered *answered;
	struct packet_run *run;

	if (runs >= RUNS_MAX)
		return rpc_error_limit(call, RPC_LIMIT_REACHED, RUNS_MAX,
		    "wait for the answers to some",
		    "too many requests to run packets are under way");
	run = pending_create(call, sizeof(*run), run_answer, run_release);
	runs++;
	answered = run_read(call, run);
	if (answered == NULL)
		answered = run_start(call, run);
	if (rpc_outcome(answered) == RPC_ANSWERED)
		pending_drop(&run->pending);
	return answered;
}
