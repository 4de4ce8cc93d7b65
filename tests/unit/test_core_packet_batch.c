/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_packet_batch.c: many packets, beside other work of their instance:
 * neither holds up the other for long, and shutdown does not wait for the last
 * of them.
 */
#include "packet_fixture.h"

enum { MANY = 20000, LATE = 7 };
static struct packet many[MANY];
static struct gate started;

static int
start(hook_event_token_t token, hook_data_t data, void *arg)
{
	if (packets_seen++ == 0)
		gate_pass(&started);
	return 0;
}

/* Begins to run many packets; the first of them stops at the gate. */
static void
begin_many(struct answer *answer)
{
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN)};
	struct instance *instance = instance_find(1);
	size_t i;

	hang("start", start);
	gate_init(&started);
	for (i = 0; i < MANY; i++)
		many[i] = (struct packet){
		    .bytes = inet_packet, .length = PACKET_HEADER};
	last_batch = packet_batch_create(&order, many, MANY);
	answer_init(answer);
	assert_int_equal(
	    packet_run(instance, last_batch, answer_done, answer), 0);
	instance_release(instance);
	gate_wait(&started, 1);
}

static unsigned seen_at_notify;

static int
remember(hook_notify_cmd_t command, void *arg, const char *netid,
    const char *none, const char *protocol)
{
	if (strcmp(protocol, "x") == 0)
		seen_at_notify = packets_seen;
	return 0;
}

static void
other_work_of_the_instance_goes_in_between(void **state)
{
	struct instance *instance = instance_find(1);
	struct answer packets_over, protocol_over;

	assert_int_equal(net_instance_notify_register(1, remember, NULL), 0);
	begin_many(&packets_over);
	answer_init(&protocol_over);
	assert_int_equal(
	    instance_add_protocol(instance, "x", answer_done, &protocol_over),
	    0);
	gate_open(&started);
	assert_int_equal(answer_wait(&protocol_over), 0);
	assert_int_equal(answer_wait(&packets_over), 0);
	assert_in_range(seen_at_notify, 1, 100);
	assert_int_equal(packets_seen, MANY);
	assert_packet_hook(0, "start", MANY, 0, 0);
	assert_int_equal(packet_batch_count(last_batch, PACKET_PASSED), MANY);
	gate_destroy(&started);
	instance_release(instance);
}

static void
shutdown_ends_a_batch_early(void **state)
{
	struct answer packets_over, shutdown_over;
	struct instance *instance = instance_find(1);

	begin_many(&packets_over);
	answer_init(&shutdown_over);
	assert_int_equal(
	    instance_shutdown(instance, answer_done, &shutdown_over), 0);
	gate_open(&started);
	assert_int_equal(answer_wait(&packets_over), -EBUSY);
	assert_int_equal(answer_wait(&shutdown_over), 0);
	assert_in_range(
	    packet_batch_count(last_batch, PACKET_PASSED), 1, MANY / 2);
	assert_int_equal(run_packet_on(NH_PHYSICAL_IN, 0, 0), -EBUSY);
	gate_destroy(&started);
	instance_release(instance);
}

static uint8_t first_late;
static unsigned early_after_late;

/* Packets of the later batch have another time to live. */
static int
tell_apart(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_event_t *event = (const hook_pkt_event_t *)data;
	const uint8_t *header = event->hpe_hdr;

	if (header[8] == LATE)
		first_late = LATE;
	else if (first_late == LATE)
		early_after_late++;
	return 0;
}

static void
batches_of_one_instance_run_one_after_the_other(void **state)
{
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN)};
	static struct packet late[MANY];
	static uint8_t late_packet[PACKET_HEADER];
	struct instance *instance = instance_find(1);
	struct answer early_over, late_over;
	struct packet_batch *late_batch;
	size_t i;

	memcpy(late_packet, inet_packet, PACKET_HEADER);
	late_packet[8] = LATE;
	for (i = 0; i < MANY; i++)
		late[i] = (struct packet){
		    .bytes = late_packet, .length = PACKET_HEADER};
	late_batch = packet_batch_create(&order, late, MANY);
	first_late = 0, early_after_late = 0;
	hang("tell_apart", tell_apart);
	begin_many(&early_over);
	answer_init(&late_over);
	assert_int_equal(
	    packet_run(instance, late_batch, answer_done, &late_over), 0);
	gate_open(&started);
	assert_int_equal(answer_wait(&early_over), 0);
	assert_int_equal(answer_wait(&late_over), 0);
	assert_int_equal(first_late, LATE);
	assert_int_equal(early_after_late, 0);
	packet_batch_free(late_batch);
	gate_destroy(&started);
	instance_release(instance);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PACKET_TEST(other_work_of_the_instance_goes_in_between),
	    PACKET_TEST(shutdown_ends_a_batch_early),
	    PACKET_TEST(batches_of_one_instance_run_one_after_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
