/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_batch.c: runs many packets and keeps count of what each hook did.
 * Owns the batches. One is touched by the instance's strand only, from
 * packet_run() until its done is called; before and after, by who made it.
 * Those of one instance stand in line, under its lock: the packets of a later
 * one would otherwise overtake those of an earlier one, between its jobs.
 *
 * Whether a hook changed a packet is found by comparing all its bytes with
 * those it was given: hooks need not say, and a sum could be wrong.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "core/object/instance_ext.h"
#include "core/packet/packet_impl.h"
#include "lib/clock.h"

/* One job runs at most so many packets, and hooks for about so long. */
#define BATCH_JOB_PACKETS 64
#define BATCH_JOB_TIME	  (2 * NS_PER_MS)

struct packet_batch {
	struct job job; /* posted while the batch is the first in line */
	struct packet_batch *behind;
	const struct packet_event *event;
	char *protocol; /* NULL: each packet's own */
	phy_if_t in, out;
	struct packet *packets;
	size_t count, next;
	struct packet_hook *hooks;
	size_t hook_count;
	size_t expected; /* the hook that is probably called next */
	uint64_t fates[PACKET_FATES];
	int64_t time;
	core_done_fn done;
	void *arg;
	/* What the packet on its way looked like to the last hook. */
	const uint8_t *known;
	size_t known_length;
	uint8_t *scratch; /* known, once it is not as the packet came */
	size_t scratch_size;
};

/* A job of a batch. */
struct batch_run {
	struct passage passage; /* first */
	struct packet_batch *batch;
	struct net_data *pinned[3]; /* a protocol each, or NULL */
	int64_t spent;		    /* nanoseconds in hooks */
};

static const char *const fate_names[PACKET_FATES] = {
    [PACKET_PASSED] = "passed",
    [PACKET_DROPPED] = "dropped",
    [PACKET_SKIPPED] = "skipped",
    [PACKET_MALFORMED] = "malformed",
};

static const char *const batch_protocols[] = {NHF_INET, NHF_INET6, NHF_ARP};

const char *
packet_fate_name(enum packet_fate fate)
{
	return fate_names[fate];
}

struct packet_batch *
packet_batch_create(
    const struct packet_order *order, struct packet *packets, size_t count)
{
	struct packet_batch *batch = memory_zalloc(sizeof(*batch));

	batch->event = order->event;
	if (order->protocol != NULL)
		batch->protocol = memory_strdup(order->protocol);
	batch->in = order->in;
	batch->out = order->out;
	batch->packets = packets;
	batch->count = count;
	return batch;
}

void
packet_batch_free(struct packet_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		freemsg(batch->packets[i].changed);
	for (i = 0; i < batch->hook_count; i++) {
		free(batch->hooks[i].name);
		free(batch->hooks[i].owner);
	}
	free(batch->hooks);
	free(batch->scratch);
	free(batch->protocol);
	free(batch);
}

const struct packet_hook *
packet_batch_hooks(const struct packet_batch *batch, size_t *count)
{
	*count = batch->hook_count;
	return batch->hooks;
}

uint64_t
packet_batch_count(const struct packet_batch *batch, enum packet_fate fate)
{
	return batch->fates[fate];
}

int64_t
packet_batch_time(const struct packet_batch *batch)
{
	return batch->time;
}

/* --- what hooks do -------------------------------------------------------- */

static bool
hook_is(const struct packet_hook *hook, const char *protocol, const char *event,
    const struct hook_view *view)
{
	return hook->event == event && hook->protocol == protocol &&
	       strcmp(hook->name, view->name) == 0 &&
	       strcmp(hook->owner, view->owner) == 0;
}

static struct packet_hook *
batch_add_hook(struct packet_batch *batch, const char *protocol,
    const char *event, const struct hook_view *view)
{
	struct packet_hook *hook;

	batch->hooks = memory_resize(
	    batch->hooks, batch->hook_count + 1, sizeof(*batch->hooks));
	hook = &batch->hooks[batch->hook_count++];
	*hook = (struct packet_hook){
	    .protocol = protocol,
	    .event = event,
	    .name = memory_strdup(view->name),
	    .owner = memory_strdup(view->owner),
	};
	return hook;
}

/* Packets of one kind meet the same hooks in the same order. */
static struct packet_hook *
batch_hook(struct packet_batch *batch, const char *protocol, const char *event,
    const struct hook_view *view)
{
	size_t i;

	for (i = 0; i < batch->hook_count; i++) {
		if (batch->expected >= batch->hook_count)
			batch->expected = 0;
		if (hook_is(
			&batch->hooks[batch->expected], protocol, event, view))
			return &batch->hooks[batch->expected++];
		batch->expected++;
	}
	return batch_add_hook(batch, protocol, event, view);
}

static bool
packet_equals(const mblk_t *packet, const uint8_t *bytes, size_t length)
{
	for (; packet != NULL; packet = packet->b_cont) {
		if (MBLKL(packet) > length ||
		    memcmp(packet->b_rptr, bytes, MBLKL(packet)) != 0)
			return false;
		bytes += MBLKL(packet);
		length -= MBLKL(packet);
	}
	return length == 0;
}

/* Remembers what the packet looks like now. */
static void
batch_learn(struct packet_batch *batch, mblk_t *packet)
{
	size_t length = msgsize(packet);
	uint8_t *at;

	if (length > batch->scratch_size) {
		batch->scratch = memory_resize(batch->scratch, length, 1);
		batch->scratch_size = length;
	}
	for (at = batch->scratch; packet != NULL; packet = packet->b_cont) {
		if (MBLKL(packet) > 0)
			(void)memcpy(at, packet->b_rptr, MBLKL(packet));
		at += MBLKL(packet);
	}
	batch->known = batch->scratch;
	batch->known_length = length;
}

static void
batch_hook_over(struct passage *passage, const char *event,
    const struct hook_view *view, bool passed, int64_t elapsed)
{
	struct batch_run *run = (struct batch_run *)passage;
	struct packet_batch *batch = run->batch;
	struct packet_hook *hook =
	    batch_hook(batch, protocol_name(passage->protocol), event, view);

	hook->seen++;
	hook->time += elapsed;
	run->spent += elapsed;
	if (!passed)
		hook->dropped++;
	else if (!passage->taken && !packet_equals(passage->packet,
					batch->known, batch->known_length)) {
		hook->modified++;
		batch_learn(batch, passage->packet);
	}
}

/* --- one packet ----------------------------------------------------------- */

/* The framework's protocol of that name, pinned for the job; or NULL. */
static struct net_data *
run_protocol(struct batch_run *run, const char *name)
{
	struct instance *instance = run->passage.instance;
	struct net_data **pinned;
	size_t i = 0;

	while (strcmp(batch_protocols[i], name) != 0)
		i++;
	pinned = &run->pinned[i];
	if (*pinned != NULL)
		return *pinned;
	lock_enter(&instance->lock);
	*pinned = protocol_find(instance, name);
	if (*pinned != NULL && atomic_load(&(*pinned)->listed) &&
	    !(*pinned)->provided)
		protocol_hold(*pinned);
	else
		*pinned = NULL;
	lock_exit(&instance->lock);
	return *pinned;
}

static enum packet_fate
run_through_hooks(struct batch_run *run, struct packet *packet)
{
	struct passage *passage = &run->passage;

	if (!packet_is_watched(passage->protocol, passage->event))
		return PACKET_PASSED;
	run->batch->known = packet->bytes;
	run->batch->known_length = packet->length;
	passage->packet = packet_block(packet->bytes, packet->length);
	if (!packet_pass(passage))
		return PACKET_DROPPED;
	if (packet_equals(passage->packet, packet->bytes, packet->length))
		freemsg(passage->packet);
	else
		packet->changed = passage->packet;
	passage->packet = NULL;
	return PACKET_PASSED;
}

static enum packet_fate
run_packet(struct batch_run *run, struct packet *packet)
{
	struct passage *passage = &run->passage;
	const char *name = run->batch->protocol;

	header_of_bytes(&passage->header, packet->bytes, packet->length);
	if (name == NULL)
		name = header_protocol(&passage->header);
	if (name == NULL)
		return PACKET_MALFORMED;
	if (!packet_event_is_of(passage->event, name))
		return PACKET_SKIPPED;
	passage->protocol = run_protocol(run, name);
	if (passage->protocol == NULL)
		return PACKET_SKIPPED;
	if (!header_is_whole(&passage->header, name))
		return PACKET_MALFORMED;
	return run_through_hooks(run, packet);
}

/* --- the job -------------------------------------------------------------- */

static void
run_some(struct packet_batch *batch, struct instance *instance)
{
	struct batch_run run = {
	    .passage = {.instance = instance,
		.event = batch->event,
		.in = batch->in,
		.out = batch->out,
		.over = batch_hook_over},
	    .batch = batch,
	};
	int64_t begun = clock_monotonic();
	struct packet *packet;
	unsigned i;

	for (i = 0; i < BATCH_JOB_PACKETS && batch->next < batch->count &&
		    run.spent < BATCH_JOB_TIME;
	     i++) {
		packet = &batch->packets[batch->next++];
		packet->fate = run_packet(&run, packet);
		batch->fates[packet->fate]++;
	}
	batch->time += clock_monotonic() - begun;
	for (i = 0; i < ARRAY_LENGTH(run.pinned); i++)
		if (run.pinned[i] != NULL)
			protocol_drop(run.pinned[i]);
}

/* The instance's lock is held. */
static void
line_join(struct instance *instance, struct packet_batch *batch)
{
	struct instance_ext *ext = instance_ext_of(instance);

	if (ext->batches == NULL) {
		ext->batches = batch;
		strand_post(&instance->strand, &batch->job);
	} else {
		ext->last_batch->behind = batch;
	}
	ext->last_batch = batch;
}

/* The first one; the next one runs after what waits on the strand. */
static void
line_leave(struct instance *instance, struct packet_batch *batch)
{
	struct instance_ext *ext = instance_ext_of(instance);

	lock_enter(&instance->lock);
	ASSERT(ext->batches == batch);
	ext->batches = batch->behind;
	if (ext->batches != NULL)
		strand_post(&instance->strand, &ext->batches->job);
	lock_exit(&instance->lock);
}

static enum job_result
batch_run(struct job *job, struct strand *strand)
{
	struct packet_batch *batch =
	    CONTAINER_OF(job, struct packet_batch, job);
	struct instance *instance = instance_of(strand);
	int error = 0;

	if (instance->stage > STAGE_ACTIVE)
		error = -EBUSY;
	else
		run_some(batch, instance);
	if (error == 0 && batch->next < batch->count) {
		strand_post(strand, job);
	} else {
		line_leave(instance, batch);
		batch->done(batch->arg, error);
	}
	return JOB_DONE;
}

int
packet_run(struct instance *instance, struct packet_batch *batch,
    core_done_fn done, void *arg)
{
	int error = 0;

	batch->job.run = batch_run;
	batch->done = done;
	batch->arg = arg;
	lock_enter(&instance->lock);
	if (instance->state > INSTANCE_ACTIVE)
		error = -EBUSY;
	else
		line_join(instance, batch);
	lock_exit(&instance->lock);
	return error;
}
