/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_fixture.c: see packet_fixture.h. One test at a time.
 */
#include "packet_fixture.h"

const uint8_t inet_packet[PACKET_HEADER] = {
    0x45, 0, 0, 20, 0, 0, 0, 0, 64, 1, 0x66, 0xe7, 10, 0, 0, 1, 10, 0, 0, 2};
const uint8_t inet6_packet[40] = {0x60, [6] = 59, [7] = 64, [8] = 0xfe,
    [9] = 0x80, [23] = 1, [24] = 0xff, [25] = 2, [39] = 1};
const uint8_t arp_packet[28] = {0, 1, 8, 0, 6, 4, 0, 1};

struct sight sights[SIGHTS_MAX];
unsigned packets_seen;

struct packet packets[PACKETS_MAX];
struct packet_batch *last_batch;

static void
forget_batch(void)
{
	if (last_batch != NULL)
		packet_batch_free(last_batch);
	last_batch = NULL;
}

int
packet_setup(void **state)
{
	packets_seen = 0;
	last_batch = NULL;
	if (core_setup(state) != 0 || add_instance("one", NHF_INET) != 1)
		return -1;
	return add_protocol(1, NHF_INET6) | add_protocol(1, NHF_ARP);
}

int
packet_teardown(void **state)
{
	forget_batch();
	return core_teardown(state);
}

int
hang_on(const char *protocol, const char *event, const char *name,
    hook_func_t function)
{
	net_handle_t handle = net_protocol_lookup(1, protocol);
	hook_t *hook;
	int error;

	HOOK_INIT(hook, function, name, NULL);
	error = net_hook_register(handle, event, hook);
	hook_free(hook);
	(void)net_protocol_release(handle);
	return error;
}

void
hang(const char *name, hook_func_t function)
{
	assert_int_equal(hang_on(NHF_INET, NH_PHYSICAL_IN, name, function), 0);
}

int
run_packets(const struct packet_order *order, size_t count)
{
	struct instance *instance = instance_find(1);
	struct answer answer;
	int error;

	forget_batch();
	last_batch = packet_batch_create(order, packets, count);
	answer_init(&answer);
	error = packet_run(instance, last_batch, answer_done, &answer);
	if (error != 0)
		answer_done(&answer, error);
	instance_release(instance);
	return answer_wait(&answer);
}

void
put_packet(size_t index, const uint8_t *bytes, size_t length)
{
	forget_batch();
	packets[index] = (struct packet){.bytes = bytes, .length = length};
}

int
run_packet_on(const char *event, phy_if_t in, phy_if_t out)
{
	const struct packet_order order = {
	    .event = packet_event_find(event), .in = in, .out = out};

	put_packet(0, inet_packet, sizeof(inet_packet));
	return run_packets(&order, 1);
}

enum packet_fate
run_packet(void)
{
	assert_int_equal(run_packet_on(NH_PHYSICAL_IN, 0, 0), 0);
	return packets[0].fate;
}

const struct packet_hook *
packet_hook_at(size_t index)
{
	size_t count;
	const struct packet_hook *hooks =
	    packet_batch_hooks(last_batch, &count);

	assert_true(index < count);
	return &hooks[index];
}

void
assert_packet_hook(size_t index, const char *name, unsigned calls,
    unsigned dropped, unsigned modified)
{
	const struct packet_hook *hook = packet_hook_at(index);

	assert_string_equal(hook->name, name);
	assert_int_equal(hook->seen, calls);
	assert_int_equal(hook->dropped, dropped);
	assert_int_equal(hook->modified, modified);
}

int
see_packet(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_event_t *event = (const hook_pkt_event_t *)data;
	unsigned place = packets_seen++ % SIGHTS_MAX;

	sights[place].event = *event;
	sights[place].first = *(const uint8_t *)event->hpe_hdr;
	sights[place].length = msgdsize(*event->hpe_mp);
	return 0;
}
