/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ctl_request.c: taking a JSON-RPC request apart, and checking its
 * parameters against rows.
 */
#include "ctl/serve/request.h"

#include "ctl/serve/params.h"
#include "test.h"

#define LINE_SIZE 8192

static char line[LINE_SIZE];
static struct request request;
static struct request_fault fault;

static bool
reads(const char *json)
{
	struct scan scan;

	(void)snprintf(line, sizeof(line), "%s", json);
	scan_start(&scan, line, strlen(line));
	return request_read(&scan, &request, &fault);
}

static bool
id_is(enum rpc_id_kind kind, const char *text)
{
	return request.id.kind == kind && request.id.length == strlen(text) &&
	       memcmp(request.id.text, text, request.id.length) == 0;
}

static void
test_reads_the_members_in_any_order(void **state)
{
	assert_true(reads("{\"params\":{\"a\":1,\"b\":\"x\"},\"method\":\"m\","
			  "\"extra\":[{}],\"id\":7,\"jsonrpc\":\"2.0\"}"));
	assert_true(id_is(ID_NUMBER, "7"));
	assert_string_equal(request.method.text, "m");
	assert_int_equal(request.params.count, 2);
	assert_false(request.params.positional);
	assert_string_equal(request.params.names[1].text, "b");
	assert_int_equal(request.params.values[1].kind, SCAN_STRING);
}

static void
test_escapes_in_names_do_not_matter(void **state)
{
	assert_true(reads("{\"jsonr\\u0070c\":\"2.0\",\"m\\u0065thod\":"
			  "\"a\\u002eb\",\"params\":[1,2]}"));
	assert_int_equal(request.id.kind, ID_NONE);
	assert_string_equal(request.method.text, "a.b");
	assert_true(request.params.positional);
	assert_int_equal(request.params.count, 2);
}

static void
test_ids_are_strings_numbers_or_null(void **state)
{
	static const char *const numbers[] = {"-9223372036854775808", "-0",
	    "1.50", "1e2", "123456789012345678901234567890"};
	size_t i;

	assert_true(reads("{\"jsonrpc\":\"2.0\",\"method\":\"m\","
			  "\"id\":\"\\u00e9\"}"));
	assert_true(id_is(ID_TEXT, "\u00e9"));
	assert_true(
	    reads("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":null}"));
	assert_int_equal(request.id.kind, ID_NULL);
	for (i = 0; i < ARRAY_LENGTH(numbers); i++) {
		char json[128];

		(void)snprintf(json, sizeof(json),
		    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":%s}",
		    numbers[i]);
		assert_true(reads(json));
		assert_true(id_is(ID_NUMBER, numbers[i]));
	}
}

static void
test_what_is_no_request_is_told_with_what_it_lacks(void **state)
{
	static const struct {
		const char *json, *text;
	} rows[] = {{"1", "a request that is not an object"},
	    {"{}", "\"jsonrpc\" is not \"2.0\""},
	    {"{\"jsonrpc\":2.0,\"method\":\"m\"}",
		"\"jsonrpc\" is not \"2.0\""},
	    {"{\"jsonrpc\":\"2.0\"}", "\"method\" is not a string"},
	    {"{\"jsonrpc\":\"2.0\",\"method\":1}",
		"\"method\" is not a string"},
	    {"{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":null}",
		"\"params\" is neither an object nor an array"},
	    {"{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":true}",
		"\"id\" is neither a string, nor a number, nor null"},
	    {"{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":[1]}",
		"\"id\" is neither a string, nor a number, nor null"}};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		assert_false(reads(rows[i].json));
		assert_int_equal(fault.code, RPC_INVALID_REQUEST);
		assert_string_equal(fault.text, rows[i].text);
		assert_int_equal(request.id.kind, ID_NULL);
	}
}

static void
test_a_fault_is_answered_with_the_id_when_it_is_known(void **state)
{
	assert_false(reads("{\"id\":5,\"method\":\"m\"}"));
	assert_true(id_is(ID_NUMBER, "5"));
}

static void
test_equal_names_are_a_parse_error(void **state)
{
	static const char *const rows[] = {
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":1,\"id\":2}",
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":1,\"i\\u0064\":2}",
	    "{\"method\":\"m\",\"params\":{\"a\":1,\"b\":2,\"a\":3}}",
	};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(rows); i++) {
		assert_false(reads(rows[i]));
		assert_int_equal(fault.code, RPC_PARSE_ERROR);
		assert_int_equal(request.id.kind, ID_NULL);
	}
}

static void
test_a_syntax_error_wins_over_what_it_asks_for(void **state)
{
	assert_false(reads("{\"jsonrpc\":\"1.0\",\"id\":1,\"params\":[}"));
	assert_int_equal(fault.code, RPC_PARSE_ERROR);
	assert_int_equal(fault.position, 34);
}

static void
test_an_id_of_128_bytes_is_the_longest(void **state)
{
	char json[LINE_SIZE], id[RPC_ID_MAX + 2];

	(void)memset(id, 'i', sizeof(id));
	id[RPC_ID_MAX] = '\0';
	(void)snprintf(json, sizeof(json),
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"%s\"}", id);
	assert_true(reads(json));
	assert_int_equal(request.id.length, RPC_ID_MAX);
	id[RPC_ID_MAX] = 'i';
	id[RPC_ID_MAX + 1] = '\0';
	(void)snprintf(json, sizeof(json),
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"%s\"}", id);
	assert_false(reads(json));
	assert_int_equal(fault.limit, RPC_ID_MAX);
}

static void
test_members_are_counted(void **state)
{
	char json[LINE_SIZE];
	int used, i;

	used = snprintf(json, sizeof(json),
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"p\":0");
	for (i = 0; i < REQUEST_MEMBERS_MAX - 1; i++)
		used += snprintf(json + used, sizeof(json) - (size_t)used,
		    ",\"p%d\":[%d]", i, i);
	(void)snprintf(json + used, sizeof(json) - (size_t)used, "}}");
	assert_true(reads(json));
	assert_int_equal(request.params.count, REQUEST_MEMBERS_MAX);
	(void)snprintf(json + used, sizeof(json) - (size_t)used, ",\"x\":{}}}");
	assert_false(reads(json));
	assert_int_equal(fault.limit, REQUEST_MEMBERS_MAX);
}

/* --- parameters ----------------------------------------------------------- */

enum { NAME, WAIT, LIMIT, WHO, LIST, CONFIG };
static const struct param rows[] = {
    [NAME] = {.name = "name",
	.type = PARAM_TEXT,
	.required = true,
	.help = "the help of name"},
    [WAIT] = {.name = "wait", .type = PARAM_BOOLEAN, .help = "h"},
    [LIMIT] = {.name = "limit",
	.type = PARAM_INTEGER,
	.least = 1,
	.most = 10,
	.help = "h"},
    [WHO] = {.name = "who", .type = PARAM_REFERENCE, .help = "h"},
    [LIST] = {.name = "list", .type = PARAM_TEXTS, .help = "h"},
    [CONFIG] = {.name = "config", .type = PARAM_SETTINGS, .help = "h"},
};
static struct param_value values[ARRAY_LENGTH(rows)];
static struct buffer out;

/* Checks parameters; the answer, if there is one, is left in out. */
static bool
fit(const char *params)
{
	struct rpc_call call = {.out = &out, .id = &request.id};
	char json[LINE_SIZE];
	bool good;

	(void)snprintf(json, sizeof(json),
	    "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":1,\"params\":%s}",
	    params);
	assert_true(reads(json));
	out.length = 0;
	good = params_read(&call, rows, ARRAY_LENGTH(rows), &request.params,
		   values) == NULL;
	*buffer_room(&out, 1) = '\0';
	return good;
}

static void
test_values_come_as_their_rows_say(void **state)
{
	assert_true(fit("{\"name\":\"a\\nb\",\"wait\":false,\"limit\":10,"
			"\"who\":4,\"list\":[\"x\",\"y\"],\"config\":"
			"{\"k\":\"v\"},\"unknown\":{\"a\":[1]}}"));
	assert_string_equal(values[NAME].text, "a\nb");
	assert_true(values[WAIT].given);
	assert_false(values[WAIT].boolean);
	assert_int_equal(values[LIMIT].integer, 10);
	assert_null(values[WHO].text);
	assert_int_equal(values[WHO].integer, 4);
	assert_int_equal(json_array_size(values[LIST].tree), 2);
	assert_int_equal(json_object_size(values[CONFIG].tree), 1);
	params_release(values, ARRAY_LENGTH(rows));
}

static void
test_values_may_come_by_position(void **state)
{
	assert_true(fit("[\"n\",true]"));
	assert_string_equal(values[NAME].text, "n");
	assert_true(values[WAIT].boolean);
	assert_false(values[LIMIT].given);
	params_release(values, ARRAY_LENGTH(rows));
	assert_false(fit("[\"n\",true,1,\"w\",[],{},7]"));
	assert_non_null(strstr(out.data, "takes at most 6 parameters"));
}

static void
test_wrong_values_are_told_by_name_with_what_is_expected(void **state)
{
	static const struct {
		const char *params, *text;
	} wrong[] = {{"{}", "parameter 'name' is missing"},
	    {"{\"name\":1}", "parameter 'name' must be a string"},
	    {"{\"name\":null}", "parameter 'name' must be a string"},
	    {"{\"name\":\"n\",\"wait\":1}",
		"parameter 'wait' must be true or false"},
	    {"{\"name\":\"n\",\"limit\":0}",
		"parameter 'limit' must be from 1 to 10"},
	    {"{\"name\":\"n\",\"limit\":11}",
		"parameter 'limit' must be from 1 to 10"},
	    {"{\"name\":\"n\",\"limit\":1.0}",
		"parameter 'limit' must be an integer"},
	    {"{\"name\":\"n\",\"limit\":99999999999999999999}",
		"parameter 'limit' must be from 1 to 10"},
	    {"{\"name\":\"n\",\"who\":true}",
		"parameter 'who' must be a name or an id"},
	    {"{\"name\":\"n\",\"who\":99999999999999999999}",
		"parameter 'who' must be a name or an id"},
	    {"{\"name\":\"n\",\"list\":[1]}",
		"parameter 'list' must be an array of strings"},
	    {"{\"name\":\"n\",\"list\":\"x\"}",
		"parameter 'list' must be an array of strings"},
	    {"{\"name\":\"n\",\"config\":{\"k\":1}}",
		"parameter 'config' must be an object whose values are "
		"strings"},
	    {"{\"name\":\"n\",\"config\":{\"k\":\"1\",\"k\":\"2\"}}",
		"parameter 'config' cannot be read: duplicate object key"}};
	size_t i;

	for (i = 0; i < ARRAY_LENGTH(wrong); i++) {
		assert_false(fit(wrong[i].params));
		assert_non_null(strstr(out.data, wrong[i].text));
		assert_non_null(strstr(out.data, "\"invalid-params\""));
	}
}

static int
teardown(void **state)
{
	buffer_free(&out);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads_the_members_in_any_order),
	    cmocka_unit_test(test_escapes_in_names_do_not_matter),
	    cmocka_unit_test(test_ids_are_strings_numbers_or_null),
	    cmocka_unit_test(
		test_what_is_no_request_is_told_with_what_it_lacks),
	    cmocka_unit_test(
		test_a_fault_is_answered_with_the_id_when_it_is_known),
	    cmocka_unit_test(test_equal_names_are_a_parse_error),
	    cmocka_unit_test(test_a_syntax_error_wins_over_what_it_asks_for),
	    cmocka_unit_test(test_an_id_of_128_bytes_is_the_longest),
	    cmocka_unit_test(test_members_are_counted),
	    cmocka_unit_test(test_values_come_as_their_rows_say),
	    cmocka_unit_test(test_values_may_come_by_position),
	    cmocka_unit_test(
		test_wrong_values_are_told_by_name_with_what_is_expected),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
