/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_core_mblk.c: message blocks: a packet is written as words with a bar
 * between its blocks, "abc|de", and read back that way.
 */
#include <netinst/packet.h>

#include "base/memory.h"
#include "core_fixture.h"

enum { TEXT_MAX = 256, HEADROOM = 7 };

#define SSIZE_LEAST ((ssize_t)(SIZE_MAX / 2 + 1))

static mblk_t *
block_of(const char *text, size_t length)
{
	mblk_t *block = allocb(HEADROOM + length, 0);

	block->b_rptr += HEADROOM;
	block->b_wptr = block->b_rptr + length;
	(void)memcpy(block->b_rptr, text, length);
	return block;
}

static mblk_t *
packet_of(const char *text)
{
	size_t length = strcspn(text, "|");
	mblk_t *packet = block_of(text, length);

	while (text[length] == '|') {
		text += length + 1;
		length = strcspn(text, "|");
		linkb(packet, block_of(text, length));
	}
	return packet;
}

static const char *
text_of(const mblk_t *packet)
{
	static char text[TEXT_MAX];
	char *at = text;

	for (; packet != NULL; packet = packet->b_cont) {
		assert_true((size_t)(at - text) + MBLKL(packet) + 2 < TEXT_MAX);
		(void)memcpy(at, packet->b_rptr, MBLKL(packet));
		at += MBLKL(packet);
		*at++ = packet->b_cont != NULL ? '|' : '\0';
	}
	return text;
}

static void
a_block_is_empty_and_has_the_room_asked_for(void **state)
{
	mblk_t *block = allocb(100, 0), *none = allocb(0, 0);

	assert_int_equal(MBLKL(block), 0);
	assert_int_equal(MBLKSIZE(block), 100);
	assert_int_equal(MBLKHEAD(block), 0);
	assert_int_equal(MBLKTAIL(block), 100);
	assert_int_equal(DB_REF(block), 1);
	assert_int_equal(DB_TYPE(block), M_DATA);
	assert_null(block->b_next);
	assert_null(block->b_cont);
	assert_int_equal(MBLKTAIL(none), 0);
	freeb(block);
	freemsg(none);
	freemsg(NULL);
}

static void
a_copy_shares_nothing_and_keeps_its_headroom(void **state)
{
	mblk_t *packet = packet_of("abc||de"), *copy = copymsg(packet);

	*packet->b_rptr = 'X';
	assert_string_equal(text_of(copy), "abc||de");
	assert_int_equal(MBLKHEAD(copy), HEADROOM);
	assert_int_equal(DB_REF(packet), 1);
	freemsg(packet);
	freemsg(copy);
	assert_null(copymsg(NULL));
}

static void
a_duplicate_shares_memory_that_lives_as_long_as_either(void **state)
{
	mblk_t *packet = packet_of("abc|de"), *other = dupmsg(packet);

	assert_ptr_equal(packet->b_datap, other->b_datap);
	assert_int_equal(DB_REF(packet), 2);
	*packet->b_rptr = 'X';
	packet->b_wptr--;
	freemsg(packet);
	assert_string_equal(text_of(other), "Xbc|de");
	assert_int_equal(DB_REF(other), 1);
	freemsg(other);
	assert_null(dupmsg(NULL));
}

static void
the_size_is_that_of_all_blocks(void **state)
{
	mblk_t *packet = packet_of("abc||de");

	assert_int_equal(msgsize(packet), 5);
	assert_int_equal(msgdsize(packet), 5);
	DB_TYPE(packet) = M_DATA + 1;
	assert_int_equal(msgsize(packet), 5);
	assert_int_equal(msgdsize(packet), 2);
	freemsg(packet);
	assert_int_equal(msgsize(NULL), 0);
	assert_int_equal(msgdsize(NULL), 0);
}

static void
check_msgpullup(const char *text, ssize_t length, const char *expected)
{
	mblk_t *packet = packet_of(text), *pulled = msgpullup(packet, length);

	if (expected == NULL)
		assert_null(pulled);
	else
		assert_string_equal(text_of(pulled), expected);
	assert_string_equal(text_of(packet), text);
	freemsg(packet);
	freemsg(pulled);
}

static void
msgpullup_makes_another_packet(void **state)
{
	check_msgpullup("abc|de|fg", -1, "abcdefg");
	check_msgpullup("abc|de|fg", 0, "|abc|de|fg");
	check_msgpullup("abc|de|fg", 2, "ab|c|de|fg");
	check_msgpullup("abc|de|fg", 3, "abc|de|fg");
	check_msgpullup("abc|de|fg", 4, "abcd|e|fg");
	check_msgpullup("abc|de|fg", 7, "abcdefg");
	check_msgpullup("abc|de|fg", 8, NULL);
	check_msgpullup("abc|de|fg", -2, NULL);
	check_msgpullup("", -1, "");
	assert_null(msgpullup(NULL, -1));
}

static void
check_pullupmsg(
    const char *text, ssize_t length, int result, const char *expected)
{
	mblk_t *packet = packet_of(text), *other = dupmsg(packet);

	assert_int_equal(pullupmsg(packet, length), result);
	assert_string_equal(text_of(packet), expected);
	assert_string_equal(text_of(other), text);
	freemsg(packet);
	freemsg(other);
}

static void
pullupmsg_keeps_the_packet_s_address(void **state)
{
	check_pullupmsg("abc|de|fg", -1, 1, "abcdefg");
	check_pullupmsg("abc|de|fg", 0, 1, "abc|de|fg");
	check_pullupmsg("abc|de|fg", 3, 1, "abc|de|fg");
	check_pullupmsg("abc|de|fg", 4, 1, "abcd|e|fg");
	check_pullupmsg("abc|de|fg", 5, 1, "abcde|fg");
	check_pullupmsg("|abc||de", 5, 1, "abcde");
	check_pullupmsg("abc|de|fg", 8, 0, "abc|de|fg");
	check_pullupmsg("abc|de|fg", -7, 0, "abc|de|fg");
	assert_int_equal(pullupmsg(NULL, -1), 0);
}

static void
check_adjmsg(const char *text, ssize_t length, int result, const char *expected)
{
	mblk_t *packet = packet_of(text);

	assert_int_equal(adjmsg(packet, length), result);
	assert_string_equal(text_of(packet), expected);
	freemsg(packet);
}

static void
adjmsg_trims_either_end(void **state)
{
	check_adjmsg("abc|de|fg", 0, 1, "abc|de|fg");
	check_adjmsg("abc|de|fg", 2, 1, "c|de|fg");
	check_adjmsg("abc|de|fg", 3, 1, "|de|fg");
	check_adjmsg("abc|de|fg", 4, 1, "|e|fg");
	check_adjmsg("abc|de|fg", 5, 1, "|fg");
	check_adjmsg("abc|de|fg", 7, 1, "");
	check_adjmsg("abc|de|fg", 8, 0, "abc|de|fg");
	check_adjmsg("abc|de|fg", -1, 1, "abc|de|f");
	check_adjmsg("abc|de|fg", -2, 1, "abc|de");
	check_adjmsg("abc|de|fg", -3, 1, "abc|d");
	check_adjmsg("abc|de|fg", -7, 1, "");
	check_adjmsg("abc|de|fg", -8, 0, "abc|de|fg");
	check_adjmsg("abc|de|fg", SSIZE_LEAST, 0, "abc|de|fg");
	assert_int_equal(adjmsg(NULL, 0), 0);
}

/* Two threads let go of the same memory again and again. */
enum { ROUNDS = 10000 };
static mblk_t *shared[ROUNDS];

static void
free_all_shared(void)
{
	unsigned i;

	for (i = 0; i < ROUNDS; i++)
		freemsg(shared[i]);
}

static void
memory_is_freed_by_the_last_of_several_threads(void **state)
{
	mblk_t **mine = memory_alloc(ROUNDS * sizeof(*mine));
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		mine[i] = packet_of("abc|de");
		shared[i] = dupmsg(mine[i]);
	}
	on_a_thread(free_all_shared);
	for (i = 0; i < ROUNDS; i++) {
		assert_int_equal(DB_REF(mine[i]), 1);
		freemsg(mine[i]);
	}
	free(mine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_block_is_empty_and_has_the_room_asked_for),
	    cmocka_unit_test(a_copy_shares_nothing_and_keeps_its_headroom),
	    cmocka_unit_test(
		a_duplicate_shares_memory_that_lives_as_long_as_either),
	    cmocka_unit_test(the_size_is_that_of_all_blocks),
	    cmocka_unit_test(msgpullup_makes_another_packet),
	    cmocka_unit_test(pullupmsg_keeps_the_packet_s_address),
	    cmocka_unit_test(adjmsg_trims_either_end),
	    cmocka_unit_test(memory_is_freed_by_the_last_of_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
