/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ipstat_links.c: the sum over an instance's links never falls, whatever
 * becomes of them between two samples, and counts no packet twice.
 */
#include "links.h"

#include "test.h"

static struct links links;

static int
start(void **state)
{
	(void)memset(&links, 0, sizeof(links));
	return 0;
}

static int
stop(void **state)
{
	links_free(&links);
	return 0;
}

/* A link as it is seen: address is its last byte. */
static void
see(int index, const char *name, unsigned char address, uint64_t packets)
{
	struct message_link link = {.index = index};

	(void)snprintf(link.name, sizeof(link.name), "%s", name);
	link.address[MESSAGE_ADDRESS - 1] = address;
	link.counters[MESSAGE_IPACKETS] = packets;
	link.counters[MESSAGE_RBYTES] = packets * 100;
	links_see(&links, &link);
}

static unsigned news; /* in the last sample */

static unsigned
end(void)
{
	unsigned gone = links_end(&links), i;

	news = 0;
	for (i = 0; i < links.count; i++)
		news += links.list[i].is_new;

	links_sweep(&links);
	return gone;
}

static void
assert_total(uint64_t packets)
{
	uint64_t total[MESSAGE_COUNTED];

	links_total(&links, total);
	assert_int_equal(total[MESSAGE_IPACKETS], packets);
	assert_int_equal(total[MESSAGE_RBYTES], packets * 100);
}

static void
links_are_kept_by_index_in_whatever_order_they_come(void **state)
{
	static const int order[] = {7, 1, 9, 3, 2, 8, 4, 6, 5};
	char name[8];
	unsigned i;

	links_begin(&links);
	for (i = 0; i < 9; i++) {
		(void)snprintf(name, sizeof(name), "l%d", order[i]);
		see(order[i], name, 0, (uint64_t)order[i]);
	}
	assert_int_equal(end(), 0);
	assert_int_equal(links.count, 9);
	for (i = 0; i < 9; i++)
		assert_int_equal(links.list[i].last.index, i + 1);
	assert_total(45);
}

static void
what_vanished_keeps_counting(void **state)
{
	links_begin(&links);
	see(1, "lo", 0, 0);
	see(2, "v0", 2, 10);
	assert_int_equal(end(), 0);
	links_begin(&links);
	see(1, "lo", 0, 0);
	assert_int_equal(end(), 1);
	assert_int_equal(links.count, 1);
	assert_int_equal(links.vanished, 1);
	assert_total(10);
	links_begin(&links);
	see(1, "lo", 0, 0);
	see(3, "v0", 3, 4);
	assert_int_equal(end(), 0);
	assert_total(14);
}

static void
one_made_anew_under_its_index_counts_on_top(void **state)
{
	links_begin(&links);
	see(2, "v0", 2, 10);
	(void)end();
	/* Fewer packets: it cannot be the same. */
	links_begin(&links);
	see(2, "v0", 2, 4);
	assert_int_equal(end(), 1);
	assert_int_equal(news, 1);
	assert_total(14);
	/* Another name and another address. */
	links_begin(&links);
	see(2, "v1", 3, 50);
	assert_int_equal(end(), 1);
	assert_int_equal(news, 1);
	assert_total(64);
	assert_int_equal(links.vanished, 2);
}

static void
one_with_another_name_or_another_address_is_still_the_same(void **state)
{
	links_begin(&links);
	see(2, "v0", 2, 10);
	(void)end();
	links_begin(&links);
	see(2, "eth0", 2, 11);
	assert_int_equal(end(), 0);
	assert_int_equal(news, 0);
	assert_string_equal(links.list[0].last.name, "eth0");
	assert_total(11);
	links_begin(&links);
	see(2, "eth0", 9, 12);
	assert_int_equal(end(), 0);
	assert_total(12);
	assert_int_equal(links.vanished, 0);
}

static void
one_that_a_dump_tells_twice_counts_once(void **state)
{
	links_begin(&links);
	see(2, "v0", 2, 10);
	see(2, "v0", 2, 11);
	assert_int_equal(end(), 0);
	assert_total(11);
}

static void
a_dump_that_broke_off_takes_nothing_for_gone(void **state)
{
	links_begin(&links);
	see(1, "lo", 0, 5);
	see(2, "v0", 2, 10);
	(void)end();
	links_begin(&links);
	see(1, "lo", 0, 6);
	links_sweep(&links);
	assert_int_equal(links.count, 2);
	assert_total(16);
	links_begin(&links);
	see(1, "lo", 0, 7);
	see(2, "v0", 2, 12);
	assert_int_equal(end(), 0);
	assert_total(19);
	/* What was found out before it broke off is not forgotten. */
	links_begin(&links);
	see(2, "v0", 2, 3);
	links_begin(&links);
	see(1, "lo", 0, 7);
	see(2, "v0", 2, 4);
	assert_int_equal(end(), 1);
	assert_int_equal(news, 1);
	assert_total(23);
}

static void
links_beyond_the_limit_are_left_out_and_that_is_told(void **state)
{
	int i;

	links_begin(&links);
	for (i = 1; i <= LINKS_MAX; i++)
		see(i, "x", 0, 1);
	assert_false(links.left_out);
	see(i, "x", 0, 1);
	assert_true(links.left_out);
	assert_int_equal(end(), 0);
	assert_total(LINKS_MAX);
	links_begin(&links);
	see(1, "x", 0, 1);
	assert_int_equal(end(), LINKS_MAX - 1);
	assert_false(links.left_out);
	assert_total(LINKS_MAX);
}

static void
one_that_went_and_came_is_another_though_it_looks_the_same(void **state)
{
	links_begin(&links);
	see(2, "v0", 2, 200);
	(void)end();
	assert_true(links_went(&links, 2));
	links_came(&links, 2);
	links_begin(&links);
	see(2, "v0", 3, 300);
	assert_int_equal(end(), 1);
	assert_int_equal(news, 1);
	assert_total(500);
	/* And is told once. */
	links_begin(&links);
	see(2, "v0", 3, 301);
	assert_int_equal(end(), 0);
	assert_total(501);
}

/* A device that moves takes its counters along. */
static void
one_that_comes_back_counts_once_and_not_what_it_did_elsewhere(void **state)
{
	links_begin(&links);
	see(2, "v0", 2, 500);
	(void)end();
	links_begin(&links);
	assert_int_equal(end(), 1);
	assert_total(500);
	links_begin(&links);
	see(7, "eth0", 2, 700);
	assert_int_equal(end(), 0);
	assert_total(500);
	links_begin(&links);
	see(7, "eth0", 2, 710);
	(void)end();
	assert_total(510);
	/* Also when no sample saw that it was away. */
	(void)links_went(&links, 7);
	links_came(&links, 7);
	links_begin(&links);
	see(7, "eth0", 2, 800);
	assert_int_equal(end(), 1);
	assert_total(510);
}

static void
one_without_an_address_is_known_by_name_and_index(void **state)
{
	links_begin(&links);
	see(2, "tun0", 0, 5);
	(void)end();
	links_begin(&links);
	(void)end();
	links_begin(&links);
	see(3, "tun1", 0, 6);
	(void)end();
	assert_total(11);
	links_begin(&links);
	see(2, "tun0", 0, 7);
	see(3, "tun1", 0, 6);
	(void)end();
	assert_total(11);
}

static void
hardware_that_comes_begins_with_what_it_counts_from_then_on(void **state)
{
	struct message_link link = {
	    .index = 5, .name = "eth5", .hardware = true};

	links_begin(&links);
	see(1, "lo", 0, 1);
	(void)end();
	link.counters[MESSAGE_IPACKETS] = 1000000;
	links_begin(&links);
	see(1, "lo", 0, 1);
	links_see(&links, &link);
	(void)end();
	assert_total(1);
}

static void
see_link(bool loopback, bool up, uint64_t packets)
{
	struct message_link link = {
	    .index = loopback ? 1 : 2, .loopback = loopback, .up = up};

	(void)snprintf(link.name, sizeof(link.name), loopback ? "lo" : "eth0");
	link.counters[MESSAGE_IPACKETS] = packets;
	links_see(&links, &link);
}

static void
a_link_that_is_up_may_count_on_but_not_lo(void **state)
{
	links_begin(&links);
	see_link(true, true, 7);
	see_link(false, true, 0);
	(void)end();
	assert_int_equal(links_open(&links), 1);
	links_begin(&links);
	see_link(true, true, 7);
	see_link(false, false, 5);
	(void)end();
	assert_int_equal(links_open(&links), 0);
}

static void
a_link_that_had_counted_before_it_was_seen_may_have_elsewhere(void **state)
{
	links_begin(&links);
	see_link(true, true, 7);
	(void)end();
	assert_int_equal(links_open(&links), 0);
	links_begin(&links);
	see_link(true, true, 7);
	see_link(false, false, 3);
	(void)end();
	assert_int_equal(links_open(&links), 1);
	/* It is in the sum, also when it is gone. */
	links_begin(&links);
	see_link(true, true, 7);
	(void)end();
	assert_int_equal(links_open(&links), 1);
}

/* An earlier life of the namespace had counted so much of it. */
static void
expect(int index, const char *name, unsigned char address, uint64_t packets)
{
	struct message_link link = {.index = index};

	(void)snprintf(link.name, sizeof(link.name), "%s", name);
	link.address[MESSAGE_ADDRESS - 1] = address;
	link.counters[MESSAGE_IPACKETS] = packets;
	link.counters[MESSAGE_RBYTES] = packets * 100;
	links_expect(&links, &link);
}

static void
what_an_earlier_life_had_counted_is_not_counted_again(void **state)
{
	uint64_t counted[MESSAGE_COUNTED];

	expect(1, "lo", 0, 5);
	expect(2, "eth0", 2, 100);
	expect(3, "eth1", 3, 50);
	links_begin(&links);
	see(1, "lo", 0, 7);
	see(2, "eth0", 2, 130);
	/* Made anew meanwhile: it counted less, or is another one. */
	see(3, "eth1", 3, 40);
	see(4, "eth2", 2, 1000);
	assert_int_equal(end(), 0);
	assert_total(2 + 30 + 40 + 1000);
	links_counted(&links.list[1], counted);
	assert_int_equal(counted[MESSAGE_IPACKETS], 30);
	/* Only the first sample knows of it. */
	links_begin(&links);
	see(1, "lo", 0, 7);
	(void)end();
	links_begin(&links);
	see(1, "lo", 0, 7);
	see(2, "eth0", 9, 200);
	(void)end();
	assert_total(2 + 30 + 40 + 1000 + 200);
}

#define LINKS(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    LINKS(links_are_kept_by_index_in_whatever_order_they_come),
	    LINKS(what_vanished_keeps_counting),
	    LINKS(one_made_anew_under_its_index_counts_on_top),
	    LINKS(one_with_another_name_or_another_address_is_still_the_same),
	    LINKS(one_that_a_dump_tells_twice_counts_once),
	    LINKS(a_dump_that_broke_off_takes_nothing_for_gone),
	    LINKS(one_that_went_and_came_is_another_though_it_looks_the_same),
	    LINKS(
		one_that_comes_back_counts_once_and_not_what_it_did_elsewhere),
	    LINKS(one_without_an_address_is_known_by_name_and_index),
	    LINKS(hardware_that_comes_begins_with_what_it_counts_from_then_on),
	    LINKS(a_link_that_is_up_may_count_on_but_not_lo),
	    LINKS(
		a_link_that_had_counted_before_it_was_seen_may_have_elsewhere),
	    LINKS(what_an_earlier_life_had_counted_is_not_counted_again),
	    LINKS(links_beyond_the_limit_are_left_out_and_that_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
