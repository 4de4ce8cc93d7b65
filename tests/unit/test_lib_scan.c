/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lib_scan.c: the strict reader of JSON: what it finds, what it refuses,
 * and that over many damaged texts it takes exactly what jansson takes.
 */
#include "lib/scan.h"

#include <jansson.h>

#include <netinst/rpc.h>

#include "test.h"

/* How many damaged texts are compared with jansson. */
#define MUTATIONS 200000
#define TEXT_MAX  512

static char text[TEXT_MAX];

static void
start(struct scan *scan, const char *json)
{
	(void)snprintf(text, sizeof(text), "%s", json);
	scan_start(scan, text, strlen(text));
}

static enum scan_error
whole(const char *json)
{
	struct scan scan;

	start(&scan, json);
	(void)scan_value(&scan, NULL);
	(void)scan_finish(&scan);
	return scan.error;
}

static void
test_takes_every_kind_of_value(void **state)
{
	static const char *const good[] = {"1", "-0", "0.5e-10", "\"\"",
	    "\"a\\u00e9\\ud83d\\ude00\\n\"", "true", "false", "null", "[]",
	    "{}", " [ 1 , [ ] , { \"a\" : null } ] ", "{\"\":{}}",
	    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\x7f\"",
	    "-9223372036854775808", "1e308"};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(good); i++)
		if (whole(good[i]) != SCAN_OK)
			fail_msg("refused: %s", good[i]);
}

static void
test_refuses_what_is_not_json(void **state)
{
	static const char *const bad[] = {"", " ", "nul", "truex", "01", "-",
	    "1.", ".5", "1e", "+1", "NaN", "Infinity", "1e999", "\"", "\"\\x\"",
	    "\"\\u12\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud800\\u0041\"",
	    "\"\\udc00\"", "\"\t\"", "\"\xff\"", "\"\xc0\x80\"",
	    "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", "[1,]",
	    "[,1]", "[1 2]", "[", "]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
	    "{a:1}", "{1:1}", "[1}", "1 1", "[]]", "\xef\xbb\xbf{}", "'a'",
	    "// 1"};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(bad); i++)
		if (whole(bad[i]) != SCAN_SYNTAX)
			fail_msg("taken: %s", bad[i]);
}

static void
test_nests_to_the_limit_and_no_further(void **state)
{
	char nested[2 * RPC_DEPTH_MAX + 3];
	size_t depth = RPC_DEPTH_MAX;

	(void)memset(nested, '[', depth);
	(void)memset(nested + depth, ']', depth);
	nested[2 * depth] = '\0';
	assert_int_equal(whole(nested), SCAN_OK);
	depth++;
	(void)memset(nested, '[', depth);
	(void)memset(nested + depth, ']', depth);
	nested[2 * depth] = '\0';
	assert_int_equal(whole(nested), SCAN_TOO_DEEP);
}

static void
test_finds_the_members_of_an_object(void **state)
{
	struct scan_slice name, value;
	struct scan scan;

	start(
	    &scan, "{ \"one\" : -12 , \"two\":[1,{\"x\":2}],\"three\":\"v\"}");
	assert_true(scan_enter(&scan, '{'));
	assert_true(scan_next_member(&scan, &name));
	assert_memory_equal(name.text, "one", name.length);
	assert_true(scan_value(&scan, &value));
	assert_int_equal(value.kind, SCAN_INTEGER);
	assert_memory_equal(value.text, "-12", value.length);
	assert_true(scan_next_member(&scan, &name));
	assert_true(scan_value(&scan, &value));
	assert_int_equal(value.kind, SCAN_ARRAY);
	assert_memory_equal(value.text, "[1,{\"x\":2}]", value.length);
	assert_true(scan_next_member(&scan, &name));
	assert_true(scan_value(&scan, &value));
	assert_int_equal(value.kind, SCAN_STRING);
	assert_memory_equal(value.text, "v", value.length);
	assert_false(scan_next_member(&scan, &name));
	assert_true(scan_finish(&scan));
}

static void
test_nothing_moves_after_an_error(void **state)
{
	struct scan scan;
	char *at;

	start(&scan, "[1 2]");
	(void)scan_value(&scan, NULL);
	at = scan.at;
	assert_false(scan_value(&scan, NULL));
	assert_false(scan_enter(&scan, '['));
	assert_false(scan_next_element(&scan));
	assert_false(scan_finish(&scan));
	assert_ptr_equal(scan.at, at);
	assert_int_equal(at - scan.start, 3);
}

static void
test_decodes_escapes_in_place(void **state)
{
	struct scan_slice value;
	struct scan scan;

	start(&scan, "\"a\\u00e9\\\"\\/\\n\\ud83d\\ude00z\"");
	assert_true(scan_value(&scan, &value));
	assert_true(value.escaped);
	assert_true(scan_decode(&value, 100));
	assert_string_equal(value.text, "a\xc3\xa9\"/\n\xf0\x9f\x98\x80z");
	assert_int_equal(value.length, strlen(value.text));
}

static void
test_does_not_decode_more_than_allowed(void **state)
{
	struct scan_slice value;
	struct scan scan;

	start(&scan, "\"abcd\"");
	assert_true(scan_value(&scan, &value));
	assert_false(scan_decode(&value, 3));
	assert_true(scan_decode(&value, 4));
	start(&scan, "\"\\u0061\\u0062\"");
	assert_true(scan_value(&scan, &value));
	assert_false(scan_decode(&value, 1));
}

static void
test_reads_integers_of_64_bits(void **state)
{
	static const struct {
		const char *json;
		bool held;
		int64_t value;
	} rows[] = {{"0", true, 0}, {"-1", true, -1},
	    {"9223372036854775807", true, INT64_MAX},
	    {"-9223372036854775808", true, INT64_MIN},
	    {"9223372036854775808", false, 0},
	    {"-9223372036854775809", false, 0},
	    {"99999999999999999999999", false, 0}};
	struct scan_slice slice;
	struct scan scan;
	int64_t value;
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		start(&scan, rows[i].json);
		assert_true(scan_value(&scan, &slice));
		assert_int_equal(scan_integer(&slice, &value), rows[i].held);
		if (rows[i].held)
			assert_true(value == rows[i].value);
	}
}

/* Not random in the sense of luck: the same texts in every run. */
static unsigned
next_number(void)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 16);
}

static size_t
damage(char *json, size_t length)
{
	static const char bytes[] =
	    "{}[]\",:\\u0019.eE+-truefalsn \t\xc3\xa9\x80";
	unsigned changes = 1 + next_number() % 3;
	size_t at;

	for (; changes > 0 && length > 0; changes--) {
		at = next_number() % length;
		if (next_number() % 3 == 0) {
			(void)memmove(
			    json + at, json + at + 1, length - at - 1);
			length--;
		} else {
			json[at] = bytes[next_number() % (sizeof(bytes) - 1)];
		}
	}
	return length;
}

/*
 * jansson holds integers of 64 bits only, which is not a matter of syntax; and
 * it has a limit of its own for depth, which these texts do not come near.
 */
static bool
jansson_takes(const char *json, size_t length)
{
	json_error_t error;
	json_t *value = json_loadb(json, length, JSON_DECODE_ANY, &error);
	bool taken = value != NULL || strstr(error.text, "too big") != NULL;

	json_decref(value);
	return taken;
}

static void
test_takes_what_jansson_takes(void **state)
{
	static const char *const seeds[] = {
	    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a.b\",\"params\":{"
	    "\"x\":"
	    "[true,false,null]}}",
	    "[1,-2.5e+10,0.1,\"\\u00e9\\ud83d\\ude00\\n\",\"\xc3\xa9\",{}]",
	    "{\"a\":{\"b\":[[],{\"c\":\"d\\\\\"}]},\"e\":-0}"};
	unsigned refused = 0, i;
	struct scan scan;
	size_t length;
	bool taken;

	for (i = 0; i < MUTATIONS; i++) {
		(void)snprintf(
		    text, sizeof(text), "%s", seeds[i % ARRAY_LENGTH(seeds)]);
		length = damage(text, strlen(text));
		text[length] = '\0';
		scan_start(&scan, text, length);
		(void)scan_value(&scan, NULL);
		taken = scan_finish(&scan);
		refused += !taken;
		if (taken != jansson_takes(text, length))
			fail_msg("%s, unlike jansson: %s",
			    taken ? "taken" : "refused", text);
	}
	/* Neither all nor nothing: the damage is of a useful size. */
	assert_in_range(refused, MUTATIONS / 4, MUTATIONS - MUTATIONS / 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_takes_every_kind_of_value),
	    cmocka_unit_test(test_refuses_what_is_not_json),
	    cmocka_unit_test(test_nests_to_the_limit_and_no_further),
	    cmocka_unit_test(test_finds_the_members_of_an_object),
	    cmocka_unit_test(test_nothing_moves_after_an_error),
	    cmocka_unit_test(test_decodes_escapes_in_place),
	    cmocka_unit_test(test_does_not_decode_more_than_allowed),
	    cmocka_unit_test(test_reads_integers_of_64_bits),
	    cmocka_unit_test(test_takes_what_jansson_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
