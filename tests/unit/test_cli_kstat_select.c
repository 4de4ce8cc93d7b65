/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cli_kstat_select.c: what operands and patterns of netinstctl kstat
 * select, and which of them the daemon is asked for.
 */
#include "kstat/kstat_select.h"

#include "test.h"

/* --- patterns ------------------------------------------------------------- */

static void
a_pattern_matches_as_the_shell_or_as_an_expression(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
	    {"", "anything", true},
	    {"*", "", true},
	    {"tcp", "tcp", true},
	    {"tcp", "tcp6", false},
	    {"tcp*", "tcp6", true},
	    {"t?p", "tcp", true},
	    {"t[a-c]p", "tcp", true},
	    {"t[!a-c]p", "tcp", false},
	    {"TCP", "tcp", false},
	    {"inet/P*", "inet/PHYSICAL_IN", true},
	    {"*\\*", "a*", true},
	    {"*\\*", "ab", false},
	    {"/cp/", "tcp6", true},
	    {"/^tcp$/", "tcp", true},
	    {"/^tcp$/", "tcp6", false},
	    {"/^(tcp|udp)[46]?$/", "udp6", true},
	    {"/^(tcp|udp)[46]?$/", "udplite", false},
	    {"/e{2}/", "tree", true},
	    {"/TCP/", "tcp", false},
	    {"/inet\\/PHYS/", "inet/PHYSICAL_IN", true},
	    {"//", "anything", true},
	    {"/", "/", true},
	    {"/", "a/b", false},
	    {"/tcp", "tcp", false},
	    {"tcp/", "tcp/", true},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_pattern pattern;

		assert_null(kstat_pattern_parse(
		    &pattern, rows[i].pattern, strlen(rows[i].pattern)));
		if (kstat_pattern_matches(&pattern, rows[i].text) !=
		    rows[i].matches)
			fail_msg("%s on %s", rows[i].pattern, rows[i].text);
		kstat_pattern_free(&pattern);
	}
}

static void
an_expression_that_is_none_is_refused_with_the_reason(void **state)
{
	static const char *const wrong[] = {
	    "/[/", "/(/", "/a{2,1}/", "/[[:nosuch:]]/", "/[z-a]/"};

	for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
		struct kstat_pattern pattern;
		char *why =
		    kstat_pattern_parse(&pattern, wrong[i], strlen(wrong[i]));

		assert_non_null(why);
		assert_non_null(strstr(why, wrong[i]));
		assert_non_null(strstr(why, "' is no regular expression: "));
		assert_null(pattern.text);
		assert_null(pattern.expression);
		free(why);
	}
}

/* --- operands ------------------------------------------------------------- */

static void
an_operand_has_up_to_four_parts_and_the_rest_matches_all(void **state)
{
	static const struct {
		const char *operand, *parts[KSTAT_PARTS];
	} rows[] = {
	    {"", {NULL, NULL, NULL, NULL}},
	    {"trace", {"trace", NULL, NULL, NULL}},
	    {"trace:", {"trace", NULL, NULL, NULL}},
	    {"trace:0", {"trace", "0", NULL, NULL}},
	    {"::callbacks", {NULL, NULL, "callbacks", NULL}},
	    {":::create", {NULL, NULL, NULL, "create"}},
	    {"t*:[01]:c?:n", {"t*", "[01]", "c?", "n"}},
	    {"*:*:*:*", {NULL, NULL, NULL, NULL}},
	    {":::", {NULL, NULL, NULL, NULL}},
	    {"/^t/:/./:/c|d/:n", {"/^t/", "/./", "/c|d/", "n"}},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_selection selection = {.operand = NULL};

		assert_null(kstat_select_operand(&selection, rows[i].operand));
		assert_ptr_equal(selection.operand, rows[i].operand);
		for (int part = 0; part < KSTAT_PARTS; part++) {
			const char *text = selection.fields[part].text;

			if (rows[i].parts[part] == NULL)
				assert_null(text);
			else
				assert_string_equal(text, rows[i].parts[part]);
		}
		assert_null(selection.fields[KSTAT_CLASS].text);
		kstat_select_free(&selection);
	}
}

static void
an_operand_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *operand, *why;
	} rows[] = {
	    {"a:b:c:d:e",
		"'a:b:c:d:e' has more parts than MODULE:INST:NAME:STAT"},
	    {"::::", "'::::' has more parts than MODULE:INST:NAME:STAT"},
	    {"a:/[/", "'/[/' is no regular expression: "},
	    {":::/(/", "'/(/' is no regular expression: "},
	    {"::/[[:digit:]]/",
		"'::/[[:digit:]]/' has more parts than MODULE:INST:NAME:STAT"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		struct kstat_selection selection = {.operand = NULL};
		char *why = kstat_select_operand(&selection, rows[i].operand);

		assert_non_null(why);
		assert_memory_equal(why, rows[i].why, strlen(rows[i].why));
		free(why);
		kstat_select_free(&selection);
	}
}

/* --- what the daemon is asked for ----------------------------------------- */

static void
asks_for(const char *operand, const char *class, bool with_pseudo,
    bool with_class, const char *expected)
{
	struct kstat_selection selection = {.operand = NULL};
	json_t *params;
	char *text;

	assert_null(kstat_select_operand(&selection, operand));
	assert_null(kstat_select_field(&selection, KSTAT_CLASS, class));
	params = kstat_select_params(&selection, with_pseudo, with_class);
	text = json_dumps(params, JSON_COMPACT);
	assert_string_equal(text, expected);
	free(text);
	json_decref(params);
	kstat_select_free(&selection);
}

static void
the_daemon_is_asked_for_what_it_can_match(void **state)
{
	asks_for("", "", true, true, "{}");
	asks_for("t*:0:c:n", "net", true, true,
	    "{\"module\":\"t*\",\"instance\":\"0\",\"name\":\"c\","
	    "\"statistic\":\"n\",\"class\":\"net\"}");
	asks_for("/t/:0:/c/:/n/", "/net/", true, true, "{\"instance\":\"0\"}");
}

static void
what_the_daemon_does_not_know_is_not_asked_for(void **state)
{
	asks_for(":::snaptime", "", true, false, "{}");
	asks_for(":::cr*", "", true, false, "{}");
	asks_for(":::class", "", true, true, "{}");
	asks_for(":::class", "", true, false, "{\"statistic\":\"class\"}");
	asks_for(":::crtime", "", false, true, "{\"statistic\":\"crtime\"}");
}

/* --- what of the answer is taken ------------------------------------------ */

static void
takes(const char *operand, const char *class, const char *kstat, bool expected)
{
	struct kstat_selection selection = {.operand = NULL};
	json_t *object = json_loads(kstat, 0, NULL);

	assert_non_null(object);
	assert_null(kstat_select_operand(&selection, operand));
	assert_null(kstat_select_field(&selection, KSTAT_CLASS, class));
	if (kstat_select_takes(&selection, object) != expected)
		fail_msg("%s -c %s on %s", operand, class, kstat);
	kstat_select_free(&selection);
	json_decref(object);
}

#define TCP                                                                    \
	"{\"module\":\"tcp\",\"instance\":12,\"name\":\"stats\","              \
	"\"class\":\"mib2\",\"type\":\"named\"}"

static void
expressions_are_matched_on_every_field(void **state)
{
	takes("", "", TCP, true);
	takes("/^tcp$/", "", TCP, true);
	takes("/^udp$/", "", TCP, false);
	takes(":/^1/", "", TCP, true);
	takes(":/^2/", "", TCP, false);
	takes("::/at/", "", TCP, true);
	takes("::/^at/", "", TCP, false);
	takes("", "/^mib[0-9]$/", TCP, true);
	takes("", "/^net$/", TCP, false);
	takes("/tcp/:/12/:/stats/:x", "/mib/", TCP, true);
	takes("/tcp/:/13/:/stats/:x", "/mib/", TCP, false);
}

static void
raw_kstats_and_those_of_kstat_itself_are_left_out(void **state)
{
	takes("", "", "{\"name\":\"a\",\"type\":\"raw\"}", false);
	takes("", "", "{\"name\":\"a\",\"type\":\"io\"}", true);
	takes("", "", "{\"name\":\"kstat_types\",\"type\":\"named\"}", false);
	takes("", "", "{\"name\":\"kstat\",\"type\":\"named\"}", true);
	takes("", "", "{\"name\":\"my_kstat_x\",\"type\":\"named\"}", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_pattern_matches_as_the_shell_or_as_an_expression),
	    cmocka_unit_test(
		an_expression_that_is_none_is_refused_with_the_reason),
	    cmocka_unit_test(
		an_operand_has_up_to_four_parts_and_the_rest_matches_all),
	    cmocka_unit_test(an_operand_that_is_none_is_refused),
	    cmocka_unit_test(the_daemon_is_asked_for_what_it_can_match),
	    cmocka_unit_test(what_the_daemon_does_not_know_is_not_asked_for),
	    cmocka_unit_test(expressions_are_matched_on_every_field),
	    cmocka_unit_test(raw_kstats_and_those_of_kstat_itself_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
