/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_inject.c: packets that plugins inject: where they appear, what each
 * result means for the packet, and that none is lost or leaked when a loop, a
 * full queue or a shutdown comes in between. The address sanitizer finds what
 * is not freed.
 */
#include <arpa/inet.h>

#include "core/packet/inject.h"
#include "nic_fixture.h"
#include "packet_fixture.h"

static net_handle_t inet, inet6, arp;

static int
setup(void **state)
{
	if (packet_setup(state) != 0)
		return -1;
	inet = net_protocol_lookup(1, NHF_INET);
	inet6 = net_protocol_lookup(1, NHF_INET6);
	arp = net_protocol_lookup(1, NHF_ARP);
	/* 1 and 2; packets to 10.0.0.2 leave through 2. */
	if (nic_add(1, "eth0", 0) != 0 || nic_add(1, "eth1", 0) != 0 ||
	    nic_up(1, "eth1") != 0 ||
	    nic_address(1, "eth1", "10.0.0.1/24", NULL) != 0)
		return -1;
	return inet != NULL && inet6 != NULL && arp != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)net_protocol_release(inet);
	(void)net_protocol_release(inet6);
	(void)net_protocol_release(arp);
	return packet_teardown(state);
}

static mblk_t *
packet_of(const uint8_t *bytes, size_t length)
{
	mblk_t *packet = allocb(length, 0);

	(void)memcpy(packet->b_wptr, bytes, length);
	packet->b_wptr += length;
	return packet;
}

static mblk_t *
packet(void)
{
	return packet_of(inet_packet, sizeof(inet_packet));
}

/* Injects to 10.0.0.2; what is left to the caller is freed. */
static int
inject_packet(net_handle_t handle, inject_t style, phy_if_t nic, mblk_t *block)
{
	net_inject_t *inject = net_inject_alloc(NETINFO_VERSION);
	struct sockaddr_in *to = (struct sockaddr_in *)&inject->ni_addr;
	int result;

	inject->ni_netid = 1;
	inject->ni_packet = block;
	inject->ni_physical = nic;
	to->sin_family = AF_INET;
	assert_int_equal(inet_pton(AF_INET, "10.0.0.2", &to->sin_addr), 1);
	result = net_inject(handle, style, inject);
	if (result == -1)
		freemsg(block);
	net_inject_free(inject);
	return result;
}

static int
inject(inject_t style, phy_if_t nic)
{
	return inject_packet(inet, style, nic, packet());
}

static struct inject_counts
counts(void)
{
	struct instance *instance = instance_find(1);
	struct inject_counts counts;

	inject_read_counts(instance, &counts);
	instance_release(instance);
	return counts;
}

static uint64_t queued_then;

/* On the strand: no hook is at work just now. */
static void
look_at_queue(void *arg, int error)
{
	queued_then = counts().queued;
	answer_done(arg, error);
}

/* Until what was queued, and what came of that, is through. */
static void
settle(void)
{
	struct instance *instance = instance_find(1);
	struct answer answer;

	do {
		answer_init(&answer);
		assert_int_equal(instance_add_protocol(
				     instance, "x", look_at_queue, &answer),
		    0);
		assert_int_equal(answer_wait(&answer), 0);
		assert_int_equal(remove_protocol(1, "x"), 0);
	} while (queued_then > 0);
	instance_release(instance);
}

static void
the_structure_is_zeroed_and_has_its_version(void **state)
{
	net_inject_t *made = net_inject_alloc(NETINFO_VERSION);

	assert_int_equal(made->ni_version, NETINFO_VERSION);
	assert_null(made->ni_packet);
	assert_int_equal(made->ni_physical, 0);
	net_inject_free(made);
	net_inject_free(NULL);
}

static void
what_is_queued_in_comes_in_by_its_interface(void **state)
{
	hang("see", see_packet);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	settle();
	assert_int_equal(packets_seen, 1);
	assert_int_equal(sights[0].event.hpe_ifp, 1);
	assert_int_equal(sights[0].event.hpe_ofp, 0);
	assert_int_equal(sights[0].first, 0x45);
	assert_int_equal(counts().received, 1);
}

static void
what_is_queued_out_leaves_by_its_route(void **state)
{
	assert_int_equal(
	    hang_on(NHF_INET, NH_PHYSICAL_OUT, "see", see_packet), 0);
	assert_int_equal(inject(NI_QUEUE_OUT, 1), 0);
	settle();
	assert_int_equal(packets_seen, 1);
	assert_int_equal(sights[0].event.hpe_ifp, 0);
	assert_int_equal(sights[0].event.hpe_ofp, 2);
	assert_int_equal(counts().sent, 1);
}

static void
what_goes_out_directly_is_seen_by_no_hook(void **state)
{
	assert_int_equal(
	    hang_on(NHF_INET, NH_PHYSICAL_OUT, "see", see_packet), 0);
	assert_int_equal(inject(NI_DIRECT_OUT, 1), 0);
	assert_int_equal(counts().sent, 1);
	settle();
	assert_int_equal(packets_seen, 0);
}

static int
drop(hook_event_token_t token, hook_data_t data, void *arg)
{
	return 1;
}

static void
what_a_hook_stops_is_lost(void **state)
{
	hang("drop", drop);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	settle();
	assert_int_equal(counts().received, 0);
	assert_int_equal(counts().lost, 1);
}

/* Results 1: the packet is gone, or this test would leak it. */
static void
what_cannot_be_sent_is_freed(void **state)
{
	assert_int_equal(inject((inject_t)0, 1), 1);
	assert_int_equal(inject((inject_t)(NI_DIRECT_OUT + 1), 1), 1);
	assert_int_equal(inject(NI_QUEUE_IN, 0), 1);
	assert_int_equal(inject(NI_QUEUE_IN, 3), 1);
	assert_int_equal(inject(NI_DIRECT_OUT, 3), 1);
	assert_int_equal(inject_packet(inet6, NI_DIRECT_OUT, 1,
			     packet_of(inet6_packet, sizeof(inet6_packet))),
	    1);
	assert_int_equal(inject_packet(inet6, NI_QUEUE_OUT, 1,
			     packet_of(inet6_packet, sizeof(inet6_packet))),
	    1);
	/* Of another protocol; without a whole header. */
	assert_int_equal(inject_packet(inet6, NI_QUEUE_IN, 1, packet()), 1);
	assert_int_equal(inject_packet(inet, NI_QUEUE_IN, 1,
			     packet_of(inet_packet, PACKET_HEADER - 1)),
	    1);
	assert_int_equal(counts().sent + counts().queued, 0);
}

/* Results -1: the packet is the caller's, or freeing it would be twice. */
static void
what_cannot_be_asked_for_stays_the_caller_s(void **state)
{
	assert_int_equal(inject_packet(arp, NI_QUEUE_IN, 1,
			     packet_of(arp_packet, sizeof(arp_packet))),
	    -1);
	assert_int_equal(inject_packet(inet, NI_QUEUE_IN, 1, NULL), -1);
	assert_int_equal(net_inject(inet, NI_QUEUE_IN, NULL), -1);
	assert_int_equal(inject_packet(NULL, NI_QUEUE_IN, 1, packet()), -1);
	assert_int_equal(remove_protocol(1, NHF_INET), 0);
	assert_int_equal(inject(NI_QUEUE_IN, 1), -1);
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(inject_packet(inet6, NI_QUEUE_IN, 1,
			     packet_of(inet6_packet, sizeof(inet6_packet))),
	    -1);
}

/* --- from inside a hook --------------------------------------------------- */

static int results[INJECT_QUEUE_MAX + SIGHTS_MAX];
static unsigned result_count;

/* Injects what it sees. */
static int
echo(hook_event_token_t token, hook_data_t data, void *arg)
{
	const hook_pkt_event_t *event = (const hook_pkt_event_t *)data;

	packets_seen++;
	if (result_count < SIGHTS_MAX + INJECT_QUEUE_MAX)
		results[result_count++] = inject_packet(
		    inet, NI_QUEUE_IN, 1, copymsg(*event->hpe_mp));
	return 0;
}

static void
a_hook_that_injects_what_it_sees_comes_to_an_end(void **state)
{
	unsigned i;

	result_count = 0;
	hang("echo", echo);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	settle();
	assert_int_equal(packets_seen, INJECT_CHAIN_MAX);
	assert_int_equal(result_count, INJECT_CHAIN_MAX);
	for (i = 0; i + 1 < INJECT_CHAIN_MAX; i++)
		assert_int_equal(results[i], 0);
	assert_int_equal(results[i], 1);
	/* What came in by other ways starts anew. */
	assert_int_equal(run_packet(), PACKET_PASSED);
	settle();
	assert_int_equal(packets_seen, 2 * INJECT_CHAIN_MAX + 1);
}

/* Injects more than there is room for; nothing of it runs meanwhile. */
static int
flood(hook_event_token_t token, hook_data_t data, void *arg)
{
	unsigned i;

	if (packets_seen++ > 0)
		return 0;
	for (i = 0; i < INJECT_QUEUE_MAX + SIGHTS_MAX; i++)
		results[result_count++] = inject(NI_QUEUE_IN, 1);
	return 0;
}

static void
a_full_queue_refuses_and_frees(void **state)
{
	unsigned i;

	result_count = 0;
	hang("flood", flood);
	assert_int_equal(run_packet(), PACKET_PASSED);
	settle();
	assert_int_equal(result_count, INJECT_QUEUE_MAX + SIGHTS_MAX);
	for (i = 0; i < result_count; i++)
		assert_int_equal(results[i], i < INJECT_QUEUE_MAX ? 0 : 1);
	assert_int_equal(packets_seen, INJECT_QUEUE_MAX + 1);
	assert_int_equal(counts().received, INJECT_QUEUE_MAX);
	/* There is room again. */
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	settle();
}

static struct gate held;

static int
hold(hook_event_token_t token, hook_data_t data, void *arg)
{
	packets_seen++;
	gate_pass(&held);
	return 0;
}

static void
what_shutdown_overtakes_is_freed(void **state)
{
	struct instance *instance = instance_find(1);
	struct answer over;

	gate_init(&held);
	hang("hold", hold);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	gate_wait(&held, 1);
	answer_init(&over);
	assert_int_equal(instance_shutdown(instance, answer_done, &over), 0);
	/* Behind the shutdown nothing is taken any more. */
	assert_int_equal(inject(NI_QUEUE_IN, 1), -1);
	gate_open(&held);
	assert_int_equal(answer_wait(&over), 0);
	assert_int_equal(packets_seen, 1);
	assert_int_equal(counts().queued, 0);
	gate_destroy(&held);
	instance_release(instance);
}

static void
what_was_queued_before_its_protocol_goes_still_runs(void **state)
{
	struct instance *instance = instance_find(1);
	struct answer over;

	gate_init(&held);
	hang("hold", hold);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	gate_wait(&held, 1);
	assert_int_equal(inject(NI_QUEUE_IN, 1), 0);
	answer_init(&over);
	assert_int_equal(
	    instance_remove_protocol(instance, NHF_INET, answer_done, &over),
	    0);
	assert_int_equal(inject(NI_QUEUE_IN, 1), -1);
	gate_open(&held);
	assert_int_equal(answer_wait(&over), 0);
	assert_int_equal(packets_seen, 2);
	assert_int_equal(counts().received, 2);
	gate_destroy(&held);
	instance_release(instance);
}

/* --- a provider's protocol ------------------------------------------------ */

static int
provider_inject(net_handle_t handle, inject_t style, net_inject_t *inject)
{
	freemsg(inject->ni_packet);
	return (int)style * 10;
}

static int
provider_checksum(net_handle_t handle, mblk_t *block)
{
	return (int)msgdsize(block);
}

static void
a_provider_answers_for_its_own_protocol(void **state)
{
	const net_protocol_t definition = {.netp_version = NETINFO_VERSION,
	    .netp_name = "own",
	    .netp_inject = provider_inject,
	    .netp_ispartialchecksum = provider_checksum,
	    .netp_isvalidchecksum = provider_checksum};
	const net_protocol_t without = {
	    .netp_version = NETINFO_VERSION, .netp_name = "without"};
	net_handle_t own = net_protocol_register(1, &definition);
	net_handle_t other = net_protocol_register(1, &without);
	mblk_t *block = packet();

	assert_int_equal(inject_packet(own, NI_DIRECT_OUT, 1, packet()), 30);
	assert_int_equal(inject_packet(other, NI_DIRECT_OUT, 1, packet()), -1);
	assert_int_equal(net_ispartialchecksum(own, block), PACKET_HEADER);
	assert_int_equal(net_isvalidchecksum(own, block), PACKET_HEADER);
	assert_int_equal(net_ispartialchecksum(other, block), -1);
	assert_int_equal(net_isvalidchecksum(other, block), -1);
	assert_int_equal(net_protocol_unregister(own), 0);
	assert_int_equal(net_protocol_unregister(other), 0);
	assert_int_equal(net_isvalidchecksum(own, block), -1);
	freemsg(block);
}

/* --- checksums ------------------------------------------------------------ */

static int
validity(net_handle_t handle, const uint8_t *bytes, size_t length, size_t first)
{
	mblk_t *block = packet_of(bytes, first);
	int result;

	linkb(block, packet_of(bytes + first, length - first));
	result = net_isvalidchecksum(handle, block);
	freemsg(block);
	return result;
}

static void
the_header_s_checksum_is_summed_over_all_blocks(void **state)
{
	static const uint8_t options[24] = {0x46, 0, 0, 24, 0, 0, 0, 0, 64, 1,
	    0x64, 0xe1, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 0, 1};
	uint8_t wrong[PACKET_HEADER];
	size_t first;

	(void)memcpy(wrong, inet_packet, sizeof(wrong));
	wrong[8]--;
	for (first = 0; first <= PACKET_HEADER; first++) {
		assert_int_equal(
		    validity(inet, inet_packet, PACKET_HEADER, first), 1);
		assert_int_equal(
		    validity(inet, wrong, PACKET_HEADER, first), 0);
		assert_int_equal(
		    validity(inet, options, sizeof(options), first), 1);
	}
	assert_int_equal(validity(inet, inet_packet, PACKET_HEADER - 1, 5), 0);
	assert_int_equal(validity(inet, inet6_packet, 40, 5), 0);
	assert_int_equal(validity(inet6, inet6_packet, 40, 5), -1);
	assert_int_equal(validity(arp, arp_packet, 28, 5), -1);
	assert_int_equal(net_isvalidchecksum(inet, NULL), -1);
	assert_int_equal(validity(NULL, inet_packet, PACKET_HEADER, 5), -1);
}

static void
no_checksum_is_still_to_be_filled_in(void **state)
{
	mblk_t *block = packet();

	assert_int_equal(net_ispartialchecksum(inet, block), NET_HCK_NONE);
	assert_int_equal(net_ispartialchecksum(inet6, block), NET_HCK_NONE);
	assert_int_equal(net_ispartialchecksum(arp, block), -1);
	assert_false(NET_IS_HCK_L3_FULL(inet, block));
	assert_false(NET_IS_HCK_L34_FULL(inet, block));
	assert_int_equal(shut_down(1), 0);
	assert_int_equal(net_ispartialchecksum(inet, block), -1);
	assert_int_equal(net_isvalidchecksum(inet, block), -1);
	freemsg(block);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_structure_is_zeroed_and_has_its_version),
	    TEST(what_is_queued_in_comes_in_by_its_interface),
	    TEST(what_is_queued_out_leaves_by_its_route),
	    TEST(what_goes_out_directly_is_seen_by_no_hook),
	    TEST(what_a_hook_stops_is_lost),
	    TEST(what_cannot_be_sent_is_freed),
	    TEST(what_cannot_be_asked_for_stays_the_caller_s),
	    TEST(a_hook_that_injects_what_it_sees_comes_to_an_end),
	    TEST(a_full_queue_refuses_and_frees),
	    TEST(what_shutdown_overtakes_is_freed),
	    TEST(what_was_queued_before_its_protocol_goes_still_runs),
	    TEST(a_provider_answers_for_its_own_protocol),
	    TEST(the_header_s_checksum_is_summed_over_all_blocks),
	    TEST(no_checksum_is_still_to_be_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
