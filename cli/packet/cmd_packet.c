/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_packet.c: netinstctl packet replay. Reads a capture, sends its packets in
 * batches, several of them ahead of the answers, adds up what the daemon says
 * of each, and writes what survived, in the order of the capture.
 *
 * When survivors are to be written, a batch keeps its frames until its answer
 * has come.
 */
#include "commands.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <netinst/rpc.h>

#include "client.h"
#include "lib/base64.h"
#include "lib/clock.h"
#include "memory.h"
#include "packet/capture.h"
#include "packet/replay.h"
#include "params.h"
#include "report.h"
#include "run.h"

/* Packets of one request, and bytes of their text. */
#define BATCH_PACKETS 1000
#define BATCH_BYTES   (RPC_LINE_MAX / 2)
/* Requests ahead of the answers. */
#define BATCHES 8

/* A frame of a batch, and where its packet is. */
struct kept_frame {
	struct capture_frame frame;
	struct link_cut cut;
	uint8_t *copy; /* of the bytes; NULL: survivors are not written */
	bool gone;
	uint8_t *changed; /* the packet as it is now, or NULL */
	size_t changed_length;
};

struct batch {
	int64_t id; /* of its request */
	json_t *packets;
	size_t text_bytes;
	struct kept_frame *frames;
	size_t count;
	struct reply reply; /* once it has come */
};

struct replay {
	struct invocation *invocation;
	struct client *client;
	const char *instance, *event;
	struct capture *capture;
	struct capture_copy *survivors; /* NULL: they are not written */
	struct batch batches[BATCHES];	/* in a ring */
	size_t sent, answered, settled; /* batches so far */
	struct replay_totals totals;
	bool broken; /* the capture ended too early */
	int code;    /* of the first request that failed */
};

static struct batch *
replay_batch(struct replay *replay, size_t number)
{
	return &replay->batches[number % BATCHES];
}

static void
batch_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		free(batch->frames[i].copy);
		free(batch->frames[i].changed);
	}
	json_decref(batch->packets);
	reply_free(&batch->reply);
	free(batch->frames);
	*batch = (struct batch){.id = 0};
}

/* --- from the capture to the daemon --------------------------------------- */

static void
batch_keep(struct batch *batch, const struct capture_frame *frame,
    const struct link_cut *cut, bool whole)
{
	struct kept_frame *kept = &batch->frames[batch->count++];

	*kept = (struct kept_frame){.frame = *frame, .cut = *cut};
	if (!whole)
		return;
	kept->copy = memory_zalloc(frame->captured);
	memcpy(kept->copy, frame->bytes, frame->captured);
	kept->frame.bytes = kept->copy;
}

/* Puts the packet of a frame into the batch, if there is one. */
static void
batch_add(struct replay *replay, struct batch *batch,
    const struct capture_frame *frame)
{
	struct link_cut cut;
	enum link_content content = link_cut(capture_link_type(replay->capture),
	    frame->bytes, frame->captured, &cut);
	size_t letters;
	char *text;

	replay->totals.frames++;
	if (content == LINK_OTHER ||
	    (content == LINK_PACKET && cut.length > RPC_PACKET_MAX)) {
		replay->totals.other++;
		return;
	}
	if (content == LINK_MALFORMED) {
		replay->totals.malformed++;
		return;
	}
	letters = BASE64_LETTERS(cut.length);
	text = memory_alloc(letters);
	base64_encode(frame->bytes + cut.header, cut.length, text);
	batch->text_bytes += letters;
	(void)json_array_append_new(
	    batch->packets, memory_check(json_stringn_nocheck(text, letters)));
	free(text);
	batch_keep(batch, frame, &cut, replay->survivors != NULL);
}

/* Fills a batch from the capture; false at its end. */
static bool
batch_fill(struct replay *replay, struct batch *batch)
{
	struct capture_frame frame;

	batch->packets = memory_check(json_array());
	batch->frames = memory_zalloc(BATCH_PACKETS * sizeof(batch->frames[0]));
	while (
	    batch->count < BATCH_PACKETS && batch->text_bytes <= BATCH_BYTES) {
		switch (capture_next(replay->capture, &frame)) {
		case CAPTURE_FRAME:
			batch_add(replay, batch, &frame);
			break;
		case CAPTURE_BROKEN:
			replay->broken = true;
			return false;
		case CAPTURE_END:
			return false;
		}
	}
	return true;
}

static void
batch_send(struct replay *replay, struct batch *batch)
{
	const struct invocation *invocation = replay->invocation;
	json_t *params = memory_check(json_pack("{s:s, s:s, s:O, s:b}",
	    "instance", replay->instance, "event", replay->event, "packets",
	    batch->packets, "changes", replay->survivors != NULL));

	params_put(params, "nic", invocation->options.values[OPTION_NIC]);
	params_put(
	    params, "out_nic", invocation->options.values[OPTION_OUT_NIC]);
	batch->id =
	    client_send(replay->client, invocation->command->method, params);
	json_decref(batch->packets);
	batch->packets = NULL;
	replay->sent++;
}

/* --- from the daemon to the result ---------------------------------------- */

/* Marks the packets of a list, which are not among the survivors. */
static size_t
batch_mark(struct batch *batch, const char *fate)
{
	const json_t *list = json_object_get(batch->reply.result, fate);
	const json_t *place;
	size_t i;

	json_array_foreach (list, i, place) {
		json_int_t index = json_integer_value(place);

		if (index >= 0 && (size_t)index < batch->count)
			batch->frames[index].gone = true;
	}
	return json_array_size(list);
}

/* The caller frees the bytes; NULL when the text is no base64. */
static uint8_t *
bytes_of_text(const json_t *text, size_t *count)
{
	size_t length = json_string_length(text);
	uint8_t *bytes = memory_alloc(BASE64_BYTES(length) + 1);

	if (base64_decode(json_string_value(text), length, bytes, count))
		return bytes;
	free(bytes);
	return NULL;
}

static void
batch_take_changed(struct batch *batch)
{
	const json_t *list = json_object_get(batch->reply.result, "changed");
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry) {
		const json_t *bytes = json_object_get(entry, "bytes");
		json_int_t index =
		    json_integer_value(json_object_get(entry, "packet"));
		struct kept_frame *kept;

		if (index < 0 || (size_t)index >= batch->count)
			continue;
		kept = &batch->frames[index];
		if (kept->changed == NULL && json_is_string(bytes))
			kept->changed =
			    bytes_of_text(bytes, &kept->changed_length);
	}
}

/* The header of its link stays as it was, the packet behind it is new. */
static void
replay_write_changed(struct replay *replay, const struct kept_frame *kept)
{
	struct capture_frame frame = kept->frame;
	size_t length = kept->cut.header + kept->changed_length;
	uint8_t *bytes = memory_zalloc(length);

	memcpy(bytes, kept->frame.bytes, kept->cut.header);
	memcpy(bytes + kept->cut.header, kept->changed, kept->changed_length);
	frame.bytes = bytes;
	/* What the capture had cut off is still missing. */
	frame.length =
	    (uint32_t)length + kept->frame.length - kept->frame.captured;
	frame.captured = (uint32_t)length;
	capture_copy_write(replay->survivors, &frame);
	free(bytes);
}

static void
replay_write(struct replay *replay, const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct kept_frame *kept = &batch->frames[i];

		if (kept->gone)
			continue;
		if (kept->changed != NULL)
			replay_write_changed(replay, kept);
		else
			capture_copy_write(replay->survivors, &kept->frame);
	}
}

/* Counts and writes a batch; all batches before it are settled. */
static void
replay_settle(struct replay *replay, struct batch *batch)
{
	struct replay_totals *totals = &replay->totals;
	int code;

	if (batch->reply.error != NULL) {
		/* One mistake is the same in all batches: it is said once. */
		if (replay->code == EXIT_OK) {
			code = report_error("packet replay", replay->instance,
			    batch->reply.error);
			replay->code = code;
		}
		return;
	}
	totals->packets += batch->count;
	totals->passed += (uint64_t)json_integer_value(
	    json_object_get(batch->reply.result, "passed"));
	totals->dropped += batch_mark(batch, "dropped");
	totals->skipped += batch_mark(batch, "skipped");
	totals->malformed += batch_mark(batch, "malformed");
	replay_add(totals, batch->reply.result);
	if (replay->survivors == NULL)
		return;
	batch_take_changed(batch);
	replay_write(replay, batch);
}

/* Takes the next answer, and settles what can be settled. */
static int
replay_receive(struct replay *replay)
{
	struct reply reply = {.root = NULL};
	struct batch *batch = NULL;
	int code = client_receive(replay->client, &reply);

	if (code != EXIT_OK)
		return code;
	for (size_t i = replay->settled; i < replay->sent; i++)
		if (replay_batch(replay, i)->id == reply.id)
			batch = replay_batch(replay, i);
	if (batch == NULL || batch->reply.root != NULL) {
		reply_free(&reply);
		return report(EXIT_UNREACHABLE, NULL,
		    "the daemon answered what was not asked");
	}
	batch->reply = reply;
	replay->answered++;
	while (replay->settled < replay->sent &&
	       replay_batch(replay, replay->settled)->reply.root != NULL) {
		batch = replay_batch(replay, replay->settled++);
		replay_settle(replay, batch);
		batch_clear(batch);
	}
	return EXIT_OK;
}

/* --- the command ---------------------------------------------------------- */

/* Everything that goes over the connection; its exit code. */
static int
replay_run(struct replay *replay)
{
	bool more = true;
	int code = EXIT_OK;

	while (more && code == EXIT_OK && replay->code == EXIT_OK) {
		struct batch *batch = replay_batch(replay, replay->sent);

		more = batch_fill(replay, batch);
		/*
		 * One is always sent, so that the daemon checks the parameters.
		 */
		if (batch->count > 0 ||
		    (replay->sent == 0 && replay->totals.frames > 0))
			batch_send(replay, batch);
		else
			batch_clear(batch);
		while (code == EXIT_OK &&
		       replay->sent - replay->settled == BATCHES)
			code = replay_receive(replay);
	}
	while (code == EXIT_OK && replay->settled < replay->sent)
		code = replay_receive(replay);
	for (size_t i = 0; i < BATCHES; i++)
		batch_clear(&replay->batches[i]);
	return code;
}

static int
replay_check(const struct replay *replay)
{
	if (replay->totals.frames > 0)
		return EXIT_OK;
	if (replay->broken)
		return EXIT_FAILED;
	return report(EXIT_FAILED, NULL,
	    "the capture '%s' is empty: it has a header, and no frame",
	    replay->invocation->operands[1]);
}

/* Shows the results there are; missing ones decide the exit code. */
static int
replay_finish(struct replay *replay, int code)
{
	bool partial = replay->totals.packets > 0;
	int check = replay_check(replay);

	if (code == EXIT_OK)
		code = replay->code;
	if (code != EXIT_OK && !partial)
		return code;
	if (check != EXIT_OK)
		return check;
	replay_show(replay->invocation, &replay->totals);
	return code != EXIT_OK || replay->broken ? EXIT_PARTIAL : EXIT_OK;
}

static int
replay_open(struct replay *replay)
{
	const struct options *options = &replay->invocation->options;
	const char *survivors = options->values[OPTION_WRITE];
	int code =
	    capture_open(replay->invocation->operands[1], &replay->capture);

	if (code == EXIT_OK)
		code = run_client(replay->invocation, &replay->client);
	if (code == EXIT_OK && survivors != NULL)
		code = capture_copy_create(
		    survivors, replay->capture, &replay->survivors);
	return code;
}

int
cmd_packet_replay(struct invocation *invocation)
{
	const char *event = invocation->options.values[OPTION_EVENT];
	struct replay replay = {
	    .invocation = invocation,
	    .instance = invocation->operands[0],
	    .event = event != NULL ? event : "PHYSICAL_IN",
	};
	int64_t begun = clock_monotonic();
	int code = replay_open(&replay), closed;

	replay_begin(&replay.totals);
	if (code == EXIT_OK) {
		code = replay_run(&replay);
		replay.totals.elapsed = clock_monotonic() - begun;
		code = replay_finish(&replay, code);
	}
	replay_free(&replay.totals);
	closed = capture_copy_close(replay.survivors);
	capture_close(replay.capture);
	return code != EXIT_OK ? code : closed;
}
