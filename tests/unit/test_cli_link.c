/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_link.c: frames of every known link layer, cut at every length, and
 * what is done with those that do not say the truth. Base64 of netinstctl, too,
 * by which the packets then travel.
 */
#include "packet/link.h"

#include "test.h"

enum { FRAME_MAX = 128, INET_LENGTH = 20 };

static const uint8_t inet[INET_LENGTH] = {0x45, 0, 0, INET_LENGTH};

/* A link header, and where it says that IPv4 follows. */
static const struct {
	enum link_type type;
	size_t length;
	uint8_t header[32];
} headers[] = {
    {LINK_ETHERNET, 14, {[12] = 8}},
    {LINK_ETHERNET, 18, {[12] = 0x81, [16] = 8}},
    {LINK_ETHERNET, 26,
	{[12] = 0x88, 0xa8, 0, 1, 0x91, 0, 0, 1, 0x81, [24] = 8}},
    {LINK_RAW, 0, {0}},
    {LINK_NULL, 4, {2}},
    {LINK_NULL, 4, {[3] = 2}},
    {LINK_COOKED, 16, {[14] = 8}},
    {LINK_COOKED2, 20, {8}},
    {LINK_COOKED, 20, {[14] = 0x81, [18] = 8}},
    {LINK_COOKED, 24, {[14] = 0x88, 0xa8, 0, 1, 0x81, [22] = 8}},
    {LINK_COOKED2, 28, {0x91, [22] = 0x81, [26] = 8}},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
the_packet_is_found_behind_every_header(void **state)
{
	struct link_cut cut;
	size_t i;

	for (i = 0; i < COUNT(headers); i++) {
		uint8_t frame[FRAME_MAX] = {0};
		size_t whole = headers[i].length + INET_LENGTH;

		memcpy(frame, headers[i].header, headers[i].length);
		memcpy(frame + headers[i].length, inet, INET_LENGTH);
		assert_int_equal(
		    link_cut(headers[i].type, frame, whole, &cut), LINK_PACKET);
		assert_int_equal(cut.header, headers[i].length);
		assert_int_equal(cut.length, INET_LENGTH);
		/* What pads the frame is not the packet's. */
		assert_int_equal(
		    link_cut(headers[i].type, frame, whole + 30, &cut),
		    LINK_PACKET);
		assert_int_equal(cut.length, INET_LENGTH);
	}
}

/* Exactly as long, so that the sanitizer sees what is read behind it. */
static enum link_content
cut_short(size_t index, size_t length)
{
	uint8_t *frame = malloc(length > 0 ? length : 1);
	size_t own = headers[index].length, i;
	enum link_content content;
	struct link_cut cut;

	assert_non_null(frame);
	for (i = 0; i < length; i++)
		frame[i] = i < own ? headers[index].header[i] : inet[i - own];
	content = link_cut(headers[index].type, frame, length, &cut);
	free(frame);
	return content;
}

static void
a_frame_may_end_anywhere(void **state)
{
	size_t i, length;

	for (i = 0; i < COUNT(headers); i++)
		for (length = 0; length < headers[i].length + INET_LENGTH;
		     length++)
			assert_int_equal(cut_short(i, length),
			    length <= headers[i].length ? LINK_MALFORMED
							: LINK_PACKET);
}

static void
other_packets_are_told_from_those_of_ip(void **state)
{
	uint8_t frame[FRAME_MAX] = {[12] = 0x88, 0xcc, 0x45};
	struct link_cut cut;

	assert_int_equal(link_cut(LINK_ETHERNET, frame, 60, &cut), LINK_OTHER);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	/* It says IPv6, and is not. */
	assert_int_equal(
	    link_cut(LINK_ETHERNET, frame, 60, &cut), LINK_MALFORMED);
	frame[14] = 0x60;
	frame[19] = 3;
	assert_int_equal(link_cut(LINK_ETHERNET, frame, 60, &cut), LINK_PACKET);
	assert_int_equal(cut.length, 43);
	frame[19] = 0;
	assert_int_equal(link_cut(LINK_ETHERNET, frame, 60, &cut), LINK_PACKET);
	assert_int_equal(cut.length, 46);
	assert_int_equal(link_cut(LINK_RAW, frame, 60, &cut), LINK_OTHER);
	frame[0] = 99;
	assert_int_equal(link_cut(LINK_NULL, frame, 60, &cut), LINK_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_packet_is_found_behind_every_header),
	    cmocka_unit_test(a_frame_may_end_anywhere),
	    cmocka_unit_test(other_packets_are_told_from_those_of_ip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
