/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_plugin_descriptor.c: descriptors of other daemons, of liars and of the
 * careless are each refused with the sentence that says what is wrong.
 */
#include "plugin/descriptor.h"

#include "test.h"

#define PATH "/lib/it.so"

static const net_plugin_t good = {
    .magic = NETINST_PLUGIN_MAGIC,
    .abi_major = NETINST_ABI_MAJOR,
    .abi_minor = NETINST_ABI_MINOR,
    .size = sizeof(net_plugin_t),
    .name = "good",
    .version = "1.0",
    .summary = "does nothing wrong",
};

static struct refusal refusal;

static void
assert_refused(int error, const char *part)
{
	assert_int_equal(error, -ENOEXEC);
	assert_int_equal(refusal.code, -ENOEXEC);
	if (strstr(refusal.text, part) == NULL)
		fail_msg("'%s' is not in: %s", part, refusal.text);
	assert_non_null(strstr(refusal.text, PATH));
	assert_true(refusal.hint[0] != '\0');
}

static int
check_head(const net_plugin_t *descriptor, size_t size)
{
	return descriptor_check_head(descriptor, size, PATH, &refusal);
}

static void
a_head_of_this_interface_passes(void **state)
{
	unsigned char unaligned[sizeof(good) + 1];

	assert_int_equal(check_head(&good, sizeof(good)), 0);
	assert_int_equal(check_head(&good, sizeof(good) + 64), 0);
	(void)memcpy(unaligned + 1, &good, sizeof(good));
	assert_int_equal(
	    descriptor_check_head(unaligned + 1, sizeof(good), PATH, &refusal),
	    0);
}

static void
a_wrong_magic_number_comes_before_all_else(void **state)
{
	net_plugin_t bad = {.magic = 0x1234, .abi_major = 99};

	assert_refused(check_head(&bad, sizeof(bad)),
	    "its magic number is 0x1234 instead of 0x6e696e0a696e7374");
}

static void
another_major_number_is_refused_on_either_side(void **state)
{
	net_plugin_t bad = good;

	bad.abi_major = NETINST_ABI_MAJOR + 1;
	assert_refused(
	    check_head(&bad, sizeof(bad)), "has another major number");
	bad.abi_major = NETINST_ABI_MAJOR - 1;
	assert_refused(
	    check_head(&bad, sizeof(bad)), "has another major number");
}

static void
a_newer_minor_number_is_refused(void **state)
{
	net_plugin_t bad = good;

	bad.abi_minor = NETINST_ABI_MINOR + 1;
	assert_refused(check_head(&bad, sizeof(bad)), "is newer");
}

static void
a_size_that_cannot_be_true_is_refused(void **state)
{
	net_plugin_t bad = good;

	assert_refused(check_head(&good, 8), "has 8 bytes, too few");
	bad.size = 16;
	assert_refused(
	    check_head(&bad, sizeof(bad)), "says that it has 16 bytes");
	bad.size = sizeof(bad) + 1;
	assert_refused(check_head(&bad, sizeof(bad)), "the object holds");
}

static void
flags_that_nobody_knows_are_refused(void **state)
{
	net_plugin_t bad = good;

	bad.flags = NETINST_PLUGIN_INSIDE;
	assert_int_equal(check_head(&bad, sizeof(bad)), 0);
	assert_int_equal(descriptor_flags(&bad), NETINST_PLUGIN_INSIDE);
	bad.flags = 0x12U | NETINST_PLUGIN_INSIDE;
	assert_refused(check_head(&bad, sizeof(bad)),
	    "has the flags 0x12, which this netinstd does not know");
}

/* What stands behind it is something else's. */
static void
a_descriptor_from_before_there_were_flags_has_none(void **state)
{
	net_plugin_t older = good;

	older.abi_minor = 1;
	older.size = offsetof(net_plugin_t, flags);
	older.flags = 0xffU;
	assert_int_equal(check_head(&older, sizeof(older)), 0);
	assert_int_equal(check_head(&older, older.size), 0);
	assert_int_equal(descriptor_flags(&older), 0);
}

/* As if the object were the texts of this program that are handed out. */
static size_t
readable_all(void *arg, const void *address)
{
	return strlen(address) + 1;
}

static size_t
readable_none(void *arg, const void *address)
{
	return 0;
}

/* The object ends before the string does. */
static size_t
readable_two(void *arg, const void *address)
{
	return 2;
}

static int
check_texts(const net_plugin_t *descriptor)
{
	return descriptor_check_texts(
	    descriptor, readable_all, NULL, NULL, PATH, &refusal);
}

static void
texts_are_strings_of_the_object(void **state)
{
	net_plugin_t bad = good;

	assert_int_equal(check_texts(&good), 0);
	assert_refused(descriptor_check_texts(
			   &good, readable_none, NULL, NULL, PATH, &refusal),
	    "the name in the descriptor of " PATH " is not a string of that");
	assert_refused(descriptor_check_texts(
			   &good, readable_two, NULL, NULL, PATH, &refusal),
	    "is not a string of that object");
	bad.version = NULL;
	assert_refused(check_texts(&bad), "has no version");
	bad = good;
	bad.summary = NULL;
	assert_refused(check_texts(&bad), "has no summary");
}

static void
texts_are_plain_and_short(void **state)
{
	char summary[DESCRIPTOR_SUMMARY_MAX + 2];
	net_plugin_t bad = good;

	(void)memset(summary, 'x', sizeof(summary) - 1);
	summary[sizeof(summary) - 1] = '\0';
	bad.summary = summary;
	assert_refused(check_texts(&bad),
	    "the summary in the descriptor of " PATH
	    " is not 1 to 256 bytes of plain text");
	summary[DESCRIPTOR_SUMMARY_MAX] = '\0';
	assert_int_equal(check_texts(&bad), 0);
	bad.version = "1.0\n2.0";
	assert_refused(check_texts(&bad), "the version in the descriptor");
}

static void
names_are_short_and_simple(void **state)
{
	static const char longest[] =
	    "a23456789012345678901234567890123456789012345678901234567890"
	    "1234";
	static const char too_long[] =
	    "a23456789012345678901234567890123456789012345678901234567890"
	    "12345";
	static const char *const valid[] = {
	    "a", "0", "trace", "a-b_c", longest};
	static const char *const invalid[] = {"", "-a", "_a", "Trace", "a.so",
	    "a b", "a/b", "gr\xc3\xbcn", too_long};
	net_plugin_t bad = good;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(valid); i++)
		assert_true(descriptor_is_name(valid[i]));
	for (i = 0; i < ARRAY_LENGTH(invalid); i++)
		assert_false(descriptor_is_name(invalid[i]));
	bad.name = "netinstd";
	assert_refused(check_texts(&bad), "names the plugin 'netinstd'");
	bad.name = "Trace";
	assert_refused(check_texts(&bad), "names the plugin 'Trace'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_head_of_this_interface_passes),
	    cmocka_unit_test(a_wrong_magic_number_comes_before_all_else),
	    cmocka_unit_test(another_major_number_is_refused_on_either_side),
	    cmocka_unit_test(a_newer_minor_number_is_refused),
	    cmocka_unit_test(a_size_that_cannot_be_true_is_refused),
	    cmocka_unit_test(flags_that_nobody_knows_are_refused),
	    cmocka_unit_test(
		a_descriptor_from_before_there_were_flags_has_none),
	    cmocka_unit_test(texts_are_strings_of_the_object),
	    cmocka_unit_test(texts_are_plain_and_short),
	    cmocka_unit_test(names_are_short_and_simple),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
