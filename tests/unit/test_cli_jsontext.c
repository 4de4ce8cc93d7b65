/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_jsontext.c: JSON text is cut and indented without changing a byte
 * of what it says.
 */
#include "jsontext.h"

#include "test.h"

/* Nothing writes to it. */
static struct scan_slice
slice_of(const char *text)
{
	return (struct scan_slice){
	    .text = (char *)(uintptr_t)text, .length = strlen(text)};
}

static void
assert_slice(struct scan_slice slice, const char *text)
{
	assert_int_equal(slice.length, strlen(text));
	assert_memory_equal(slice.text, text, slice.length);
}

static void
a_member_is_cut_out_as_it_was_written(void **state)
{
	static const struct {
		const char *object, *value;
	} rows[] = {
	    {"{\"result\":1}", "1"},
	    {"{\"result\":1.50}", "1.50"},
	    {"{\"id\":7,\"result\":{}}", "{}"},
	    {" { \"id\" : 7 , \"result\" : [ 1 , 2 ] } ", "[ 1 , 2 ]"},
	    {"{\"a\":{\"result\":0},\"result\":\"x\"}", "\"x\""},
	    {"{\"a\":[\"}\",{\"b\":\"]\"}],\"result\":null,\"z\":0}", "null"},
	    {"{\"a\":\"\\\"result\\\":1,\",\"result\":2}", "2"},
	    {"{\"a\":\"\\\\\",\"result\":-1e5}", "-1e5"},
	    {"{\"result\":{\"a\":[{\"b\":\"}]\"}]},\"id\":1}",
		"{\"a\":[{\"b\":\"}]\"}]}"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct scan_slice value;

		assert_true(jsontext_member(
		    slice_of(rows[i].object), "result", &value));
		assert_slice(value, rows[i].value);
	}
}

static void
a_member_that_is_not_there_is_not_found(void **state)
{
	static const char *const texts[] = {"{}", "[]", "1", "\"result\"", "",
	    "{\"results\":1}", "{\"resul\":1}", "{\"a\":{\"result\":1}}",
	    "[\"result\",1]"};
	struct scan_slice value;

	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		assert_false(
		    jsontext_member(slice_of(texts[i]), "result", &value));
}

static void
the_elements_of_an_array_stand_between_its_brackets(void **state)
{
	assert_slice(jsontext_elements(slice_of("[]")), "");
	assert_slice(jsontext_elements(slice_of(" [ ] ")), "");
	assert_slice(jsontext_elements(slice_of("[[1],{}]")), "[1],{}");
	assert_slice(jsontext_elements(slice_of("[ 1, 2 ]")), "1, 2");
	assert_slice(jsontext_elements(slice_of("")), "");
	assert_slice(jsontext_elements(slice_of("{}")), "");
}

/* The caller frees it. */
static char *
indented(const char *text)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(stream);
	jsontext_indent(stream, slice_of(text));
	assert_int_equal(fclose(stream), 0);
	return out;
}

static void
indenting_adds_white_space_and_nothing_else(void **state)
{
	char *out = indented(
	    "{\"a\":[1,{\"b\":\"x, {y}\"}],\"c\":{ },\"d\":[],\"e\":1.50}");

	assert_string_equal(out, "{\n"
				 "  \"a\": [\n"
				 "    1,\n"
				 "    {\n"
				 "      \"b\": \"x, {y}\"\n"
				 "    }\n"
				 "  ],\n"
				 "  \"c\": {},\n"
				 "  \"d\": [],\n"
				 "  \"e\": 1.50\n"
				 "}\n");
	free(out);
}

static void
indenting_leaves_nothing_that_drives_a_terminal(void **state)
{
	char *out = indented("[\"\x7f\",\"\xc2\x9b\",\"\xe2\x80\xae\","
			     "\"\xf3\xa0\x80\x81\",\"\xc3\xbc\\u001b\"]");

	assert_string_equal(out, "[\n"
				 "  \"\\u007f\",\n"
				 "  \"\\u009b\",\n"
				 "  \"\\u202e\",\n"
				 "  \"\\udb40\\udc01\",\n"
				 "  \"\xc3\xbc\\u001b\"\n"
				 "]\n");
	free(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_member_is_cut_out_as_it_was_written),
	    cmocka_unit_test(a_member_that_is_not_there_is_not_found),
	    cmocka_unit_test(
		the_elements_of_an_array_stand_between_its_brackets),
	    cmocka_unit_test(indenting_adds_white_space_and_nothing_else),
	    cmocka_unit_test(indenting_leaves_nothing_that_drives_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
