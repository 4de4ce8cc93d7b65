/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ipstat_proc.c: the files of /proc/net as kernels write them, as other
 * kernels might, and as nobody should. Texts are handed over in blocks of
 * exactly their size, so that a sanitizer sees every read beyond the end.
 */
#include "proc.h"

#include "test.h"

static struct figures figures;

static bool
parse_bytes(
    proc_parse_fn parse, const char *text, size_t length, const char *label)
{
	char *copy = malloc(length > 0 ? length : 1);
	bool found;

	assert_non_null(copy);
	(void)memcpy(copy, text, length);
	figures.count = 0;
	found = parse(copy, length, label, &figures);
	free(copy);
	return found;
}

static bool
parse(proc_parse_fn function, const char *text, const char *label)
{
	return parse_bytes(function, text, strlen(text), label);
}

static void
assert_figure(const char *name, uint64_t value)
{
	const struct figure *figure = figures_find(&figures, name);

	if (figure == NULL)
		fail_msg("there is no %s", name);
	else if (figure->value != value)
		fail_msg("%s is %ju", name, (uintmax_t)figure->value);
}

static void
assert_no_figure(const char *name)
{
	assert_null(figures_find(&figures, name));
}

static void
rows_are_found_by_label_and_columns_by_name(void **state)
{
	static const char text[] = "Ip: Forwarding InReceives\n"
				   "Ip: 1 4711\n"
				   "IpExt: InOctets\n"
				   "IpExt: 99\n"
				   "Tcp: MaxConn InSegs\n"
				   "Tcp: -1 7\n";

	assert_true(parse(proc_parse_rows, text, "Ip"));
	assert_int_equal(figures.count, 2);
	assert_figure("forwarding", 1);
	assert_figure("inReceives", 4711);
	assert_true(parse(proc_parse_rows, text, "IpExt"));
	assert_int_equal(figures.count, 1);
	assert_figure("inOctets", 99);
	assert_false(parse(proc_parse_rows, text, "Udp"));
}

static void
a_number_below_zero_is_signed(void **state)
{
	assert_true(parse(proc_parse_rows, "T: A B\nT: -1 1\n", "T"));
	assert_int_equal(figures_find(&figures, "a")->type, KSTAT_DATA_INT64);
	assert_int_equal(figures_find(&figures, "b")->type, KSTAT_DATA_UINT64);
	assert_figure("a", UINT64_MAX);
	assert_true(
	    parse(proc_parse_rows, "T: A\nT: -99999999999999999999\n", "T"));
	assert_figure("a", (uint64_t)INT64_MIN);
}

static void
abbreviations_keep_their_capitals(void **state)
{
	assert_true(parse(proc_parse_rows,
	    "T: TCPTimeouts TW SyncookiesSent A\nT: 1 2 3 4\n", "T"));
	assert_figure("TCPTimeouts", 1);
	assert_figure("TW", 2);
	assert_figure("syncookiesSent", 3);
	assert_figure("a", 4);
}

static void
a_number_beyond_64_bits_is_the_largest_there_is(void **state)
{
	assert_true(parse(proc_parse_rows,
	    "T: A B C\nT: 18446744073709551615 18446744073709551616 "
	    "123456789012345678901234567890\n",
	    "T"));
	assert_figure("a", UINT64_MAX);
	assert_figure("b", UINT64_MAX);
	assert_figure("c", UINT64_MAX);
}

static void
what_is_no_number_is_left_out_and_the_rest_stays_in_place(void **state)
{
	assert_true(parse(proc_parse_rows, "T: A B C D\nT: 1 2x - 4\n", "T"));
	assert_figure("a", 1);
	assert_no_figure("b");
	assert_no_figure("c");
	assert_figure("d", 4);
}

static void
columns_without_numbers_and_numbers_without_columns_are_left_out(void **state)
{
	assert_true(parse(proc_parse_rows, "T: A B C\nT: 1 2\n", "T"));
	assert_int_equal(figures.count, 2);
	assert_true(parse(proc_parse_rows, "T: A\nT: 1 2\n", "T"));
	assert_int_equal(figures.count, 1);
	assert_true(parse(proc_parse_rows, "T:\nT:\n", "T"));
	assert_int_equal(figures.count, 0);
}

static void
a_row_of_names_that_no_numbers_follow_is_none(void **state)
{
	assert_false(parse(proc_parse_rows, "T: A B\n", "T"));
	assert_false(parse(proc_parse_rows, "T: A B\nU: 1 2\n", "T"));
	assert_false(parse(proc_parse_rows, "T", "T"));
	assert_false(parse(proc_parse_rows, "T\n", "T"));
	assert_false(parse(proc_parse_rows, "", "T"));
}

static void
a_cut_file_never_gives_a_cut_number(void **state)
{
	static const char text[] = "T: A B\nT: 12345 67890\n";
	size_t length;

	for (length = 0; length < sizeof(text) - 1; length++)
		assert_false(parse_bytes(proc_parse_rows, text, length, "T"));
	assert_true(parse_bytes(proc_parse_rows, text, length, "T"));
	assert_figure("b", 67890);
}

static void
a_name_that_is_too_long_is_cut(void **state)
{
	static const char name[] = "T: Abcdefghijklmnopqrstuvwxyz0123456789\n"
				   "T: 5\n";

	assert_true(parse(proc_parse_rows, name, "T"));
	assert_figure("abcdefghijklmnopqrstuvwxyz0123", 5);
}

static void
more_columns_than_there_is_room_for_are_left_out(void **state)
{
	enum { COLUMNS = 2 * FIGURES_MAX };
	char text[COLUMNS * 4 + 8] = "T:";
	size_t length = 2, i;

	for (i = 0; i < COLUMNS; i++, length += 2)
		(void)memcpy(text + length, " X", 2);
	(void)memcpy(text + length, "\nT:", 3);
	length += 3;
	for (i = 0; i < COLUMNS; i++, length += 2)
		(void)memcpy(text + length, " 1", 2);
	text[length++] = '\n';
	assert_true(parse_bytes(proc_parse_rows, text, length, "T"));
	assert_int_equal(figures.count, FIGURES_MAX);
}

static void
lines_are_taken_by_their_prefix(void **state)
{
	static const char text[] = "Ip6InReceives                   \t3\n"
				   "Icmp6InMsgs\t4\n"
				   "Icmp6InType135\t1\n"
				   "Icmp6OutType143\t16\n"
				   "Udp6InDatagrams\t5\n"
				   "UdpLite6InDatagrams\t6\n"
				   "Ip6Nonsense\n"
				   "Ip6InOctets\tmany\n"
				   "Ip6Last\t7";

	assert_true(parse(proc_parse_lines, text, "Ip6"));
	assert_int_equal(figures.count, 1);
	assert_figure("inReceives", 3);
	assert_true(parse(proc_parse_lines, text, "Icmp6"));
	assert_int_equal(figures.count, 1);
	assert_figure("inMsgs", 4);
	assert_true(parse(proc_parse_lines, text, "Udp6"));
	assert_int_equal(figures.count, 1);
	assert_false(parse(proc_parse_lines, text, "Dccp6"));
}

static void
sockets_are_named_by_row_and_column(void **state)
{
	assert_true(parse(proc_parse_sockets,
	    "sockets: used 17\nTCP: inuse 1 orphan 0 mem 208\n"
	    "nothing here\n: odd 1\n\nFRAG6: inuse\nRAW: inuse 2",
	    ""));
	assert_figure("sockets_used", 17);
	assert_figure("tcp_inuse", 1);
	assert_figure("tcp_mem", 208);
	assert_figure("_odd", 1);
	assert_int_equal(figures.count, 5);
	assert_false(parse(proc_parse_sockets, "no row\n", ""));
}

static void
figures_of_cpus_are_added_but_for_what_each_tells_of_all(void **state)
{
	assert_true(parse(proc_parse_cpus,
	    "entries  clashres found drop\n"
	    "0000002a  00000000 00000001 0000000f\n"
	    "0000002a  00000001 00000002 00000001\n"
	    "0000002a  000000",
	    "entries"));
	assert_int_equal(figures.count, 4);
	assert_figure("count", 42);
	assert_figure("clashres", 1);
	assert_figure("found", 3);
	assert_figure("drop", 16);
}

static void
a_table_without_cpus_is_none(void **state)
{
	assert_false(parse(proc_parse_cpus, "entries found\n", "entries"));
	assert_false(parse(proc_parse_cpus, "entries found", "entries"));
	assert_false(parse(proc_parse_cpus, "\n0 0\n", "entries"));
	assert_true(
	    parse(proc_parse_cpus, "entries found\n1\n2 3\n", "entries"));
	assert_figure("count", 1);
	assert_figure("found", 3);
}

/* All texts over a small alphabet that has what the parsers look for. */
static void
no_text_is_read_beyond_its_end(void **state)
{
	static const char alphabet[] = "T: \n1-";
	static const proc_parse_fn all[] = {proc_parse_rows, proc_parse_lines,
	    proc_parse_sockets, proc_parse_cpus};
	enum { LENGTH = 6, LETTERS = sizeof(alphabet) - 1 };
	unsigned number, rest, i;
	char text[LENGTH];

	for (number = 0; number < 6 * 6 * 6 * 6 * 6 * 6; number++) {
		for (rest = number, i = 0; i < LENGTH; i++, rest /= LETTERS)
			text[i] = alphabet[rest % LETTERS];
		for (i = 0; i < ARRAY_LENGTH(all); i++)
			(void)parse_bytes(all[i], text, LENGTH, "T");
		assert_true(figures.count <= LENGTH);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_are_found_by_label_and_columns_by_name),
	    cmocka_unit_test(a_number_below_zero_is_signed),
	    cmocka_unit_test(abbreviations_keep_their_capitals),
	    cmocka_unit_test(a_number_beyond_64_bits_is_the_largest_there_is),
	    cmocka_unit_test(
		what_is_no_number_is_left_out_and_the_rest_stays_in_place),
	    cmocka_unit_test(
		columns_without_numbers_and_numbers_without_columns_are_left_out),
	    cmocka_unit_test(a_row_of_names_that_no_numbers_follow_is_none),
	    cmocka_unit_test(a_cut_file_never_gives_a_cut_number),
	    cmocka_unit_test(a_name_that_is_too_long_is_cut),
	    cmocka_unit_test(more_columns_than_there_is_room_for_are_left_out),
	    cmocka_unit_test(lines_are_taken_by_their_prefix),
	    cmocka_unit_test(sockets_are_named_by_row_and_column),
	    cmocka_unit_test(
		figures_of_cpus_are_added_but_for_what_each_tells_of_all),
	    cmocka_unit_test(a_table_without_cpus_is_none),
	    cmocka_unit_test(no_text_is_read_beyond_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
