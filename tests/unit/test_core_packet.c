/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_packet.c: packets through the hooks of an instance: what hooks get
 * to see, what they may do with a packet, and what is told of it afterwards.
 */
#include <arpa/inet.h>

#include "nic_fixture.h"
#include "packet_fixture.h"

enum { HEADER = PACKET_HEADER };

/* --- what hooks are shown ------------------------------------------------- */

static void
hooks_see_packets_in_order_and_are_counted(void **state)
{
	hang("first", see_packet);
	hang("second", see_packet);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_null(packets[0].changed);
	assert_packet_hook(0, "first", 1, 0, 0);
	assert_packet_hook(1, "second", 1, 0, 0);
	assert_string_equal(packet_hook_at(0)->protocol, NHF_INET);
	assert_string_equal(packet_hook_at(0)->event, NH_PHYSICAL_IN);
	assert_string_equal(packet_hook_at(0)->owner, owner_name(core_owner));
	assert_int_equal(packets_seen, 2);
	assert_int_equal(sights[0].first, 0x45);
	assert_int_equal(sights[0].length, HEADER);
	assert_int_equal(packet_batch_count(last_batch, PACKET_PASSED), 1);
}

/* IN or OUT as the event has it; 7 and 8 are any interfaces. */
static const struct {
	const char *event;
	phy_if_t in, out;
} sides[] = {
    {NH_PHYSICAL_IN, 7, 0},
    {NH_PHYSICAL_OUT, 0, 8},
    {NH_FORWARDING, 7, 8},
    {NH_LOOPBACK_IN, 7, 0},
    {NH_LOOPBACK_OUT, 0, 8},
};

static void
each_event_has_the_interfaces_that_belong_to_it(void **state)
{
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(sides); i++) {
		assert_int_equal(
		    hang_on(NHF_INET, sides[i].event, "see", see_packet), 0);
		assert_int_equal(run_packet_on(sides[i].event, 7, 8), 0);
		assert_int_equal(packets_seen, i + 1);
		assert_int_equal(sights[i].event.hpe_ifp, sides[i].in);
		assert_int_equal(sights[i].event.hpe_ofp, sides[i].out);
		assert_int_equal(net_getnetid(sights[i].event.hpe_protocol), 1);
	}
	assert_null(packet_event_find(NH_NIC_EVENTS));
	assert_null(packet_event_find(NH_OBSERVE));
}

static void
add_broadcast_address(void)
{
	const struct interface_address address = {
	    .own = nic_prefix("10.0.0.1/24"),
	    .broadcast = nic_ip("10.0.0.255"),
	    .up = true,
	};
	const struct interface_ref ref = nic_ref("eth0");
	struct instance *instance = instance_find(1);
	struct answer answer;

	answer_init(&answer);
	assert_int_equal(interface_add_address(
			     instance, &ref, &address, answer_done, &answer),
	    0);
	assert_int_equal(answer_wait(&answer), 0);
	instance_release(instance);
}

/* The flags of a packet of inet to an address, on interface 1. */
static int
flags_to(const char *address)
{
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN), .in = 1};
	uint8_t bytes[HEADER];

	(void)memcpy(bytes, inet_packet, HEADER);
	assert_int_equal(inet_pton(AF_INET, address, bytes + 16), 1);
	put_packet(0, bytes, HEADER);
	packets_seen = 0;
	assert_int_equal(run_packets(&order, 1), 0);
	assert_int_equal(packets_seen, 1);
	return sights[0].event.hpe_flags;
}

static void
flags_tell_multicast_and_broadcast(void **state)
{
	hang("see", see_packet);
	assert_int_equal(nic_add(1, "eth0", 0), 0);
	add_broadcast_address();
	assert_int_equal(flags_to("10.0.0.2"), 0);
	assert_int_equal(flags_to("224.0.0.1"), HPE_MULTICAST);
	assert_int_equal(flags_to("239.255.255.255"), HPE_MULTICAST);
	assert_int_equal(flags_to("240.0.0.1"), 0);
	assert_int_equal(flags_to("255.255.255.255"), HPE_BROADCAST);
	assert_int_equal(flags_to("10.0.0.255"), HPE_BROADCAST);
	assert_int_equal(flags_to("10.0.1.255"), 0);
}

static void
packets_go_to_the_protocol_that_they_are_of(void **state)
{
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN)};

	put_packet(0, inet6_packet, sizeof(inet6_packet));
	put_packet(1, arp_packet, sizeof(arp_packet));
	put_packet(2, inet_packet, sizeof(inet_packet));
	assert_int_equal(
	    hang_on(NHF_INET6, NH_PHYSICAL_IN, "six", see_packet), 0);
	assert_int_equal(
	    hang_on(NHF_ARP, NH_PHYSICAL_IN, "arp", see_packet), 0);
	assert_int_equal(run_packets(&order, 3), 0);
	assert_packet_hook(0, "six", 1, 0, 0);
	assert_packet_hook(1, "arp", 1, 0, 0);
	assert_int_equal(sights[0].event.hpe_flags, HPE_MULTICAST);
	assert_int_equal(sights[1].event.hpe_flags, 0);
	assert_int_equal(packet_batch_count(last_batch, PACKET_PASSED), 3);
}

static void
what_no_hook_could_read_is_not_shown(void **state)
{
	static const uint8_t long_options[HEADER] = {0x46},
			     short_header[HEADER] = {0x44},
			     strange[HEADER] = {0x95},
			     greedy_arp[28] = {0, 1, 8, 0, 255, 4};
	const struct packet_order order = {
	    .event = packet_event_find(NH_PHYSICAL_IN)};
	size_t i;

	hang("see", see_packet);
	assert_int_equal(
	    hang_on(NHF_INET6, NH_PHYSICAL_IN, "see", see_packet), 0);
	assert_int_equal(
	    hang_on(NHF_ARP, NH_PHYSICAL_IN, "see", see_packet), 0);
	put_packet(0, inet_packet, 0);
	put_packet(1, inet_packet, HEADER - 1);
	put_packet(2, long_options, HEADER);
	put_packet(3, short_header, HEADER);
	put_packet(4, strange, HEADER);
	put_packet(5, inet6_packet, 39);
	put_packet(6, arp_packet, 27);
	put_packet(7, greedy_arp, sizeof(greedy_arp));
	assert_int_equal(run_packets(&order, 8), 0);
	for (i = 0; i < 8; i++)
		assert_int_equal(packets[i].fate, PACKET_MALFORMED);
	assert_int_equal(packets_seen, 0);
}

static void
what_the_instance_does_not_have_is_skipped(void **state)
{
	struct packet_order order = {.event = packet_event_find(NH_FORWARDING)};

	assert_int_equal(remove_protocol(1, NHF_INET6), 0);
	put_packet(0, inet6_packet, sizeof(inet6_packet));
	put_packet(1, arp_packet, sizeof(arp_packet));
	put_packet(2, inet_packet, sizeof(inet_packet));
	assert_int_equal(run_packets(&order, 3), 0);
	assert_int_equal(packets[0].fate, PACKET_SKIPPED);
	assert_int_equal(packets[1].fate, PACKET_SKIPPED);
	assert_int_equal(packets[2].fate, PACKET_PASSED);
	order.event = packet_event_find(NH_PHYSICAL_IN);
	order.protocol = NHF_ARP;
	assert_int_equal(run_packets(&order, 3), 0);
	assert_int_equal(packets[1].fate, PACKET_PASSED);
	assert_int_equal(packets[2].fate, PACKET_MALFORMED);
}

/* --- what hooks do -------------------------------------------------------- */

static int
drop(hook_event_token_t token, hook_data_t data, void *arg)
{
	return 1;
}

static int
drop_freed(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;

	freemsg(*event->hpe_mp);
	*event->hpe_mp = NULL;
	return -1;
}

static mblk_t *kept;

static int
keep(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;

	kept = *event->hpe_mp;
	*event->hpe_mp = NULL;
	return 1;
}

static int
steal(hook_event_token_t token, hook_data_t data, void *arg)
{
	(void)drop_freed(token, data, arg);
	return 0;
}

static void
check_drop(hook_func_t function)
{
	hang("drops", function);
	hang("behind", see_packet);
	assert_int_equal(run_packet(), PACKET_DROPPED);
	assert_int_equal(packets_seen, 0);
	assert_packet_hook(0, "drops", 1, 1, 0);
	assert_null(packets[0].changed);
}

static void
a_packet_dropped_is_seen_by_no_other_hook(void **state)
{
	check_drop(drop);
}

static void
a_hook_may_free_what_it_drops(void **state)
{
	check_drop(drop_freed);
}

static void
a_hook_may_keep_the_packet(void **state)
{
	check_drop(keep);
	assert_int_equal(msgdsize(kept), HEADER);
	assert_memory_equal(kept->b_rptr, inet_packet, HEADER);
	freemsg(kept);
}

static void
one_that_takes_without_saying_so_hurts_nobody_behind_it(void **state)
{
	hang("steals", steal);
	hang("behind", see_packet);
	log_keep();
	assert_int_equal(run_packet(), PACKET_DROPPED);
	assert_packet_hook(0, "steals", 1, 1, 0);
	assert_packet_hook(1, "behind", 1, 0, 0);
	assert_int_equal(sights[0].first, 0x45);
	assert_non_null(strstr(log_kept(), "took a packet and returned 0"));
}

static int
set_last(hook_data_t data, uint8_t value)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;

	event->hpe_mb->b_wptr[-1] = value;
	return 0;
}

static int
change(hook_event_token_t token, hook_data_t data, void *arg)
{
	return set_last(data, 99);
}

static int
change_back(hook_event_token_t token, hook_data_t data, void *arg)
{
	return set_last(data, inet_packet[HEADER - 1]);
}

static void
changed_bytes_come_back_and_the_hook_is_named(void **state)
{
	hang("before", see_packet);
	hang("changes", change);
	hang("again", change);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_packet_hook(0, "before", 1, 0, 0);
	assert_packet_hook(1, "changes", 1, 0, 1);
	assert_packet_hook(2, "again", 1, 0, 0);
	assert_non_null(packets[0].changed);
	assert_int_equal(packets[0].changed->b_wptr[-1], 99);
	assert_int_equal(inet_packet[HEADER - 1], 2);
}

static void
what_is_changed_back_is_not_changed(void **state)
{
	hang("changes", change);
	hang("back", change_back);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_packet_hook(0, "changes", 1, 0, 1);
	assert_packet_hook(1, "back", 1, 0, 1);
	assert_null(packets[0].changed);
}

/* Puts the same bytes into three blocks, the first of them empty. */
static int
split(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;
	mblk_t *old = *event->hpe_mp, *first = allocb(4, 0), *head;

	head = copymsg(old);
	head->b_wptr = head->b_rptr + 7;
	assert_int_equal(adjmsg(old, 7), 1);
	linkb(first, head);
	linkb(first, old);
	*event->hpe_mp = first;
	return 0;
}

static void
another_chain_of_the_same_bytes_is_no_change(void **state)
{
	hang("splits", split);
	hang("behind", see_packet);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_packet_hook(0, "splits", 1, 0, 0);
	assert_null(packets[0].changed);
	/* Whatever the hook left in them, these point to the header. */
	assert_int_equal(sights[0].first, 0x45);
	assert_int_equal(sights[0].length, HEADER);
}

static int
grow(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;
	mblk_t *more = allocb(3, 0);

	(void)memset(more->b_wptr, 0xee, 3);
	more->b_wptr += 3;
	linkb(*event->hpe_mp, more);
	return 0;
}

static int
empty(hook_event_token_t token, hook_data_t data, void *arg)
{
	hook_pkt_event_t *event = (hook_pkt_event_t *)data;

	return adjmsg(*event->hpe_mp, HEADER) == 1 ? 0 : 1;
}

static void
packets_may_grow_and_shrink(void **state)
{
	hang("grows", grow);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_packet_hook(0, "grows", 1, 0, 1);
	assert_int_equal(msgdsize(packets[0].changed), HEADER + 3);
	hang("empties", empty);
	assert_int_equal(run_packet(), PACKET_PASSED);
	assert_packet_hook(1, "empties", 1, 0, 1);
	assert_int_equal(msgdsize(packets[0].changed), 3);
}

/* --- observers ------------------------------------------------------------ */

static hook_pkt_observe_t observed;
static unsigned observed_count;

static int
observe(hook_event_token_t token, hook_data_t data, void *arg)
{
	observed = *(const hook_pkt_observe_t *)data;
	observed_count++;
	/* It is a copy. */
	*observed.hpo_pkt->b_rptr = 0;
	return 1;
}

static void
what_passes_is_shown_to_observers(void **state)
{
	observed_count = 0;
	assert_int_equal(hang_on(NHF_INET, NH_OBSERVE, "observe", observe), 0);
	assert_int_equal(run_packet_on(NH_PHYSICAL_OUT, 0, 8), 0);
	assert_int_equal(observed_count, 1);
	assert_int_equal(packets[0].fate, PACKET_PASSED);
	assert_null(packets[0].changed);
	assert_int_equal(observed.hpo_version, 1);
	assert_int_equal(observed.hpo_family, AF_INET);
	assert_int_equal(ntohs(observed.hpo_htype), IPOBS_HOOK_OUTBOUND);
	assert_int_equal(ntohl(observed.hpo_pktlen), HEADER);
	assert_int_equal(ntohl(observed.hpo_ifindex), 8);
	assert_int_equal(ntohl(observed.hpo_zdst), 1);
	assert_packet_hook(0, "observe", 1, 0, 0);
	assert_string_equal(packet_hook_at(0)->event, NH_OBSERVE);
	hang("drops", drop);
	assert_int_equal(run_packet(), PACKET_DROPPED);
	assert_int_equal(run_packet_on(NH_FORWARDING, 1, 2), 0);
	assert_int_equal(observed_count, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PACKET_TEST(hooks_see_packets_in_order_and_are_counted),
	    PACKET_TEST(each_event_has_the_interfaces_that_belong_to_it),
	    PACKET_TEST(flags_tell_multicast_and_broadcast),
	    PACKET_TEST(packets_go_to_the_protocol_that_they_are_of),
	    PACKET_TEST(what_no_hook_could_read_is_not_shown),
	    PACKET_TEST(what_the_instance_does_not_have_is_skipped),
	    PACKET_TEST(a_packet_dropped_is_seen_by_no_other_hook),
	    PACKET_TEST(a_hook_may_free_what_it_drops),
	    PACKET_TEST(a_hook_may_keep_the_packet),
	    PACKET_TEST(
		one_that_takes_without_saying_so_hurts_nobody_behind_it),
	    PACKET_TEST(changed_bytes_come_back_and_the_hook_is_named),
	    PACKET_TEST(what_is_changed_back_is_not_changed),
	    PACKET_TEST(another_chain_of_the_same_bytes_is_no_change),
	    PACKET_TEST(packets_may_grow_and_shrink),
	    PACKET_TEST(what_passes_is_shown_to_observers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
