/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lib_base64.c: bytes as text and back: the examples of RFC 4648, every
 * length and every byte, and texts that stand for nothing.
 */
#include "lib/base64.h"
#include "test.h"

/* RFC 4648, section 10. */
static const struct {
	const char *bytes, *text;
} examples[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static void
the_examples_of_the_standard_come_out(void **state)
{
	char text[64];
	uint8_t bytes[64];
	size_t i, count, length;

	for (i = 0; i < ARRAY_LENGTH(examples); i++) {
		length = strlen(examples[i].text);
		count = strlen(examples[i].bytes);
		assert_int_equal(BASE64_LETTERS(count), length);
		base64_encode((const uint8_t *)examples[i].bytes, count, text);
		assert_memory_equal(text, examples[i].text, length);
		assert_true(
		    base64_decode(examples[i].text, length, bytes, &count));
		assert_int_equal(count, strlen(examples[i].bytes));
		assert_memory_equal(bytes, examples[i].bytes, count);
	}
}

static void
every_byte_at_every_place_comes_back(void **state)
{
	uint8_t bytes[8], back[12];
	char text[12];
	size_t length, place, count;
	unsigned byte;

	for (length = 1; length <= sizeof(bytes); length++)
		for (byte = 0; byte < 256; byte++) {
			for (place = 0; place < length; place++)
				bytes[place] = (uint8_t)(byte * (place + 1));
			base64_encode(bytes, length, text);
			assert_true(base64_decode(
			    text, BASE64_LETTERS(length), back, &count));
			assert_int_equal(count, length);
			assert_memory_equal(back, bytes, length);
		}
}

static void
what_stands_for_nothing_is_refused(void **state)
{
	static const char *const wrong[] = {"Z", "Zg",
	    "Zg=", "Zg==Zg==", "====", "Z===", "=g==", "Zg=a",
	    "Zh==", "Zm9=", "Zm9v\n", "Zm 9", "Zm9_", "Zm9-", "Zm,9",
	    "Zm9v====", "\xff\xff\xff\xff", "Zg==Zm9v", "*m9v", "Zm:v", "Zm[v",
	    "Zm{v"};
	uint8_t bytes[16];
	size_t i, count;

	for (i = 0; i < ARRAY_LENGTH(wrong); i++)
		if (base64_decode(wrong[i], strlen(wrong[i]), bytes, &count))
			fail_msg("'%s' was read", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_examples_of_the_standard_come_out),
	    cmocka_unit_test(every_byte_at_every_place_comes_back),
	    cmocka_unit_test(what_stands_for_nothing_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
