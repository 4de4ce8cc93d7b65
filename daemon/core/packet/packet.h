/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.h: packets run through the hooks of the framework's own protocols, on
 * behalf of somebody who wants to know what becomes of each.
 *
 * They run on the instance's strand, as if they had just come in, or were just
 * going out: the hooks of the event see one after the other, in order; those
 * that pass PHYSICAL_IN, PHYSICAL_OUT or LOOPBACK_IN are then shown to the
 * hooks of OBSERVING. A packet that passes goes nowhere: what is simulated is
 * the way to the hooks, not the network behind them.
 */
#ifndef NETINST_CORE_PACKET_H
#define NETINST_CORE_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include <netinst/packet.h>

#include "core/object/instance.h"

/* An event that packets run through; NULL: there is none of that name. */
struct packet_event;
const struct packet_event *packet_event_find(const char *name);

/* Whether packets of a protocol run through it, where the framework has it. */
bool packet_event_is_of(const struct packet_event *event, const char *protocol);

enum packet_fate {
	PACKET_PASSED,
	PACKET_DROPPED,	  /* a hook returned non-zero */
	PACKET_SKIPPED,	  /* the instance has no such protocol or event */
	PACKET_MALFORMED, /* not of the protocol, or its header not whole */
};
#define PACKET_FATES (PACKET_MALFORMED + 1)

/* "passed", "dropped", "skipped", "malformed". */
const char *packet_fate_name(enum packet_fate fate);

struct packet {
	const uint8_t *bytes; /* from its IP or ARP header on; borrowed */
	size_t length;
	enum packet_fate fate;
	/* What hooks made of one that passed; NULL: they left it as it was. */
	mblk_t *changed;
};

/* One hook, and what it did; in the order in which hooks were first called. */
struct packet_hook {
	const char *protocol, *event; /* a string that stays */
	char *name, *owner;
	uint64_t seen;
	uint64_t dropped;  /* returned non-zero; always 0 for OBSERVING */
	uint64_t modified; /* let pass with other bytes than it was given */
	int64_t time;	   /* nanoseconds in it */
};

struct packet_order {
	const struct packet_event *event;
	const char *protocol; /* NULL: each packet's own; copied */
	phy_if_t in, out; /* interfaces; those that the event has are used */
};

struct packet_batch;

/* packets: count of them; borrowed until the batch is freed. */
struct packet_batch *packet_batch_create(
    const struct packet_order *order, struct packet *packets, size_t count);
void packet_batch_free(struct packet_batch *batch);

/*
 * Runs the batch behind those that the instance has already, a few packets at
 * a time, so that its other work is not held up; then calls done. -EBUSY, with
 * done too: the instance is in or past shutdown, and some of the packets were
 * not run. Any thread; the caller keeps its reference to the instance until
 * done.
 */
int packet_run(struct instance *instance, struct packet_batch *batch,
    core_done_fn done, void *arg);

/* Afterwards. */
const struct packet_hook *packet_batch_hooks(
    const struct packet_batch *batch, size_t *count);
uint64_t packet_batch_count(
    const struct packet_batch *batch, enum packet_fate fate);
int64_t packet_batch_time(const struct packet_batch *batch); /* ns it ran */

#endif
