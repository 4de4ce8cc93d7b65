/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ipstat_message.c: dumps of links, whole, cut at every byte, and with
 * lengths that lie. Handed over in blocks of exactly their size, so that a
 * sanitizer sees every read beyond the end.
 */
#include "message.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "test.h"

#define SEQUENCE 7

static unsigned char dump[4096];
static size_t dump_length;
static struct message_link seen[8];
static unsigned seen_count;
static bool changed;

static void
note(void *arg, const struct message_link *link)
{
	assert_true(seen_count < 8);
	seen[seen_count++] = *link;
}

static void
put(const void *bytes, size_t length)
{
	(void)memcpy(dump + dump_length, bytes, length);
	dump_length += length;
	while (dump_length % NLMSG_ALIGNTO != 0)
		dump[dump_length++] = 0;
}

static size_t
put_header(uint16_t type, uint16_t flags)
{
	struct nlmsghdr header = {
	    .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = SEQUENCE};
	size_t at = dump_length;

	put(&header, sizeof(header));
	return at;
}

static void
put_attribute(uint16_t type, const void *bytes, size_t length)
{
	struct rtattr attribute = {
	    .rta_type = type, .rta_len = (uint16_t)RTA_LENGTH(length)};

	put(&attribute, sizeof(attribute));
	put(bytes, length);
}

/* The message that began there is complete. */
static void
finish(size_t at)
{
	uint32_t length = (uint32_t)(dump_length - at);

	(void)memcpy(dump + at, &length, sizeof(length));
}

static void
put_link(int index, const char *name, uint64_t packets, uint16_t flags)
{
	struct ifinfomsg info = {.ifi_index = index};
	struct rtnl_link_stats64 stats = {
	    .rx_packets = packets, .tx_bytes = packets + 1};
	size_t at = put_header(RTM_NEWLINK, flags);

	put(&info, sizeof(info));
	put_attribute(IFLA_IFNAME, name, strlen(name) + 1);
	put_attribute(IFLA_ADDRESS, "\1\2\3\4\5\6", 6);
	put_attribute(0x3fff, "unknown", 7);
	put_attribute(IFLA_STATS64, &stats, sizeof(stats));
	finish(at);
}

static void
put_done(int32_t error)
{
	size_t at = put_header(NLMSG_DONE, 0);

	put(&error, sizeof(error));
	finish(at);
}

static int
start(void **state)
{
	dump_length = 0;
	changed = false;
	return 0;
}

static int
read_first(size_t length)
{
	unsigned char *copy = malloc(length > 0 ? length : 1);
	int end;

	assert_non_null(copy);
	(void)memcpy(copy, dump, length);
	seen_count = 0;
	end = message_read(copy, length, SEQUENCE, &changed, note, NULL);
	free(copy);
	return end;
}

static void
links_are_read_with_names_and_counters(void **state)
{
	put_link(1, "lo", 0, 0);
	put_link(12, "v0", 1ULL << 40, 0);
	assert_int_equal(read_first(dump_length), MESSAGE_MORE);
	put_done(0);
	assert_int_equal(read_first(dump_length), MESSAGE_DONE);
	assert_int_equal(seen_count, 2);
	assert_string_equal(seen[0].name, "lo");
	assert_int_equal(seen[1].index, 12);
	assert_string_equal(seen[1].name, "v0");
	assert_int_equal(seen[1].address[5], 6);
	assert_int_equal(seen[1].counters[MESSAGE_IPACKETS], 1ULL << 40);
	assert_int_equal(seen[1].counters[MESSAGE_OBYTES], (1ULL << 40) + 1);
	assert_int_equal(seen[1].counters[MESSAGE_OPACKETS], 0);
}

static void
a_dump_that_was_disturbed_says_so_at_its_end(void **state)
{
	put_link(1, "lo", 0, NLM_F_DUMP_INTR);
	put_link(2, "v0", 0, 0);
	put_done(0);
	assert_int_equal(read_first(dump_length), MESSAGE_CHANGED);
	assert_int_equal(seen_count, 2);
}

static void
answers_to_another_request_are_left_out(void **state)
{
	struct nlmsghdr header;

	put_link(1, "lo", 0, 0);
	(void)memcpy(&header, dump, sizeof(header));
	header.nlmsg_seq = SEQUENCE + 1;
	(void)memcpy(dump, &header, sizeof(header));
	put_link(2, "v0", 0, 0);
	put_done(0);
	assert_int_equal(read_first(dump_length), MESSAGE_DONE);
	assert_int_equal(seen_count, 1);
	assert_int_equal(seen[0].index, 2);
}

static void
errors_are_handed_on(void **state)
{
	struct nlmsgerr error = {.error = -EPERM};
	size_t at;

	at = put_header(NLMSG_ERROR, 0);
	put(&error, sizeof(error));
	finish(at);
	assert_int_equal(read_first(dump_length), -EPERM);
	dump_length = 0;
	put_done(-ENOBUFS);
	assert_int_equal(read_first(dump_length), -ENOBUFS);
	dump_length = 0;
	finish(put_header(NLMSG_ERROR, 0));
	assert_int_equal(read_first(dump_length), -EPROTO);
}

static void
shorter_statistics_of_older_kernels_count_too(void **state)
{
	struct ifinfomsg info = {.ifi_index = 3};
	uint64_t two[2] = {11, 22};
	size_t at;

	at = put_header(RTM_NEWLINK, 0);
	put(&info, sizeof(info));
	put_attribute(IFLA_IFNAME, "old", 4);
	put_attribute(IFLA_STATS64, two, sizeof(two));
	finish(at);
	assert_int_equal(read_first(dump_length), MESSAGE_MORE);
	assert_int_equal(seen[0].counters[MESSAGE_OPACKETS], 22);
	assert_int_equal(seen[0].counters[MESSAGE_RBYTES], 0);
}

static void
a_name_without_an_end_is_ended(void **state)
{
	struct ifinfomsg info = {.ifi_index = 3};
	size_t at;

	at = put_header(RTM_NEWLINK, 0);
	put(&info, sizeof(info));
	put_attribute(IFLA_IFNAME, "0123456789abcdefghij", 20);
	finish(at);
	assert_int_equal(read_first(dump_length), MESSAGE_MORE);
	assert_string_equal(seen[0].name, "0123456789abcde");
}

static void
a_link_without_index_or_name_is_refused(void **state)
{
	put_link(0, "v0", 0, 0);
	assert_int_equal(read_first(dump_length), -EPROTO);
	dump_length = 0;
	put_link(4, "", 0, 0);
	assert_int_equal(read_first(dump_length), -EPROTO);
	assert_int_equal(seen_count, 0);
}

static void
a_cut_dump_never_gives_half_a_link(void **state)
{
	size_t length, one;
	int end;

	put_link(1, "lo", 5, 0);
	one = dump_length;
	put_link(2, "v0", 6, 0);
	for (length = 0; length < dump_length; length++) {
		end = read_first(length);
		assert_true(end == MESSAGE_MORE || end == -EPROTO);
		assert_int_equal(seen_count, length >= one);
	}
}

/* Every byte of a dump, with every value. */
static void
no_byte_that_lies_leads_beyond_the_end(void **state)
{
	unsigned char good;
	unsigned value;
	size_t i;

	put_link(1, "lo", 5, 0);
	put_done(0);
	for (i = 0; i < dump_length; i++) {
		good = dump[i];
		for (value = 0; value < 256; value++) {
			dump[i] = (unsigned char)value;
			(void)read_first(dump_length);
			assert_true(seen_count <= 1);
		}
		dump[i] = good;
	}
}

static void
a_request_needs_its_room(void **state)
{
	unsigned char buffer[128];
	size_t length = message_request(buffer, sizeof(buffer), SEQUENCE);

	assert_true(length > sizeof(struct nlmsghdr));
	assert_int_equal(message_request(buffer, length, SEQUENCE), length);
	assert_int_equal(message_request(buffer, length - 1, SEQUENCE), 0);
}

#define DUMP(test) cmocka_unit_test_setup(test, start)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DUMP(links_are_read_with_names_and_counters),
	    DUMP(a_dump_that_was_disturbed_says_so_at_its_end),
	    DUMP(answers_to_another_request_are_left_out),
	    DUMP(errors_are_handed_on),
	    DUMP(shorter_statistics_of_older_kernels_count_too),
	    DUMP(a_name_without_an_end_is_ended),
	    DUMP(a_link_without_index_or_name_is_refused),
	    DUMP(a_cut_dump_never_gives_half_a_link),
	    DUMP(no_byte_that_lies_leads_beyond_the_end),
	    DUMP(a_request_needs_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
