/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_history_final.c: from the last values of kstats to records, with
 * a real core and the history's own thread, in memory.
 */
#include <netinst/kstat.h>

#include "core/kstat/final_snapshot.h"
#include "history/history.h"
#include "history/history_final.h"
#include "core_fixture.h"

static const struct history_limits limits = {.keep = 100000};

static int
setup(void **state)
{
	int error = core_setup(state);

	if (error == 0)
		error = history_start(NULL, &limits);
	core_set_final_listener(&history_final);
	return error;
}

/* --- asking --------------------------------------------------------------- */

struct question {
	struct history_query query; /* first */
	struct gate answered;
};

static void
is_answered(struct history_query *query)
{
	struct question *question = CONTAINER_OF(query, struct question, query);

	gate_pass(&question->answered);
}

/* What the history says, as one text; valid until the next call. */
static const char *
records(void)
{
	static char text[65536];
	struct question question = {
	    .query = {
		.before = HISTORY_FIRST, .limit = 1000, .done = is_answered}};

	gate_init(&question.answered);
	question.answered.open = true;
	history_read(&question.query);
	gate_wait(&question.answered, 1);
	gate_destroy(&question.answered);
	(void)snprintf(text, sizeof(text), "%.*s",
	    (int)question.query.out.length,
	    question.query.out.length > 0 ? question.query.out.data : "");
	buffer_free(&question.query.out);
	return text;
}

#define assert_says(text)     assert_non_null(strstr(records(), (text)))
#define assert_not_says(text) assert_null(strstr(records(), (text)))

/* The global instance, which ends last, has no record. */
static int
teardown(void **state)
{
	bool global;

	core_end();
	global = strstr(records(), "\"instance\":0") != NULL;
	core_set_final_listener(NULL);
	history_stop();
	return core_teardown(state) == 0 && !global ? 0 : -1;
}

/* --- what plugins leave --------------------------------------------------- */

static kstat_t *counted;

static void
make(netid_t id, const char *module, const char *name, const char *class,
    const char *statistic, uchar_t type)
{
	kstat_named_t *named;

	counted = net_kstat_create(
	    id, module, 0, name, class, KSTAT_TYPE_NAMED, 2, 0);
	assert_non_null(counted);
	named = counted->ks_data;
	kstat_named_init(&named[0], statistic, type);
	kstat_named_init(&named[1], "age_ns", KSTAT_DATA_UINT64);
}

static void
make_counter(netid_t id)
{
	kstat_named_t *named;

	make(id, "m", "link \"0\"", "net", "packets", KSTAT_DATA_UINT64);
	named = counted->ks_data;
	named[0].value.ui64 = UINT64_MAX;
	kstat_install(counted);
}

static void
make_other(netid_t id)
{
	make(id, "m", "other", "misc", "packets", KSTAT_DATA_UINT64);
	kstat_install(counted);
}

static void
make_with_statement(netid_t id)
{
	kstat_named_t *named;

	make_counter(id);
	make(id, "ipstat", "record", "net", "completeness", KSTAT_DATA_CHAR);
	named = counted->ks_data;
	(void)memcpy(named[0].value.c, "exact", 6);
	named[1].value.ui64 = 12;
	kstat_install(counted);
}

/* A plugin that does this in its create, over an instance's whole life. */
static netid_t
live(const char *name, void (*on_create)(netid_t id))
{
	netid_t id;

	A->on_create = on_create;
	(void)enter(A);
	id = add_instance(name, NULL);
	assert_int_equal(shut_down(id), 0);
	return id;
}

static void
the_last_values_of_class_net_become_a_record(void **state)
{
	(void)live("blue", make_counter);
	assert_says("{\"stored\":false,\"instance\":1,\"source\":\"sim\"");
	assert_says("\"names\":[\"blue\"]");
	assert_says("\"cause\":\"end\",\"completeness\":\"last-sample\","
		    "\"totals\":{\"m:0:link \\\"0\\\"\":{\"packets\":"
		    "\"18446744073709551615\",\"age_ns\":0}}}");
}

static void
a_simulated_instance_without_them_has_none(void **state)
{
	(void)live("plain", make_other);
	assert_string_equal(records(), "");
}

static void
a_statement_says_what_the_totals_are_worth(void **state)
{
	(void)live("blue", make_with_statement);
	assert_says("\"completeness\":\"exact\",\"age_ns\":12,\"totals\":"
		    "{\"m:0:link");
	assert_not_says("ipstat");
}

static void
another_source_always_has_one_by_all_its_names(void **state)
{
	struct instance_config config = {
	    .name = "first\xff\n", .source = "other", .may_share_name = true};
	struct instance *instance;
	struct answer answer;

	answer_init(&answer);
	assert_int_equal(
	    instance_create(&config, &instance, answer_done, &answer), 0);
	assert_int_equal(answer_wait(&answer), 0);
	assert_int_equal(instance_add_name(instance, "second"), 0);
	assert_int_equal(instance_remove_name(instance, "second"), 0);
	assert_int_equal(destroy(instance_id(instance)), 0);
	instance_release(instance);
	assert_says("\"names\":[\"first\\ufffd\\n\",\"second\"]");
	assert_says("\"completeness\":\"unobserved\",\"totals\":{}");
}

static void
every_instance_has_one(void **state)
{
	const char *text;
	int count = 0;

	(void)live("a", make_counter);
	for (int i = 0; i < 20; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "i%d", i);
		(void)shut_down(add_instance(name, NULL));
	}
	for (text = records(); (text = strstr(text, "\"instance\":")) != NULL;
	     text++)
		count++;
	assert_int_equal(count, 21);
}

#define FAREWELL_TEST(test)                                                    \
	cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAREWELL_TEST(the_last_values_of_class_net_become_a_record),
	    FAREWELL_TEST(a_simulated_instance_without_them_has_none),
	    FAREWELL_TEST(a_statement_says_what_the_totals_are_worth),
	    FAREWELL_TEST(another_source_always_has_one_by_all_its_names),
	    FAREWELL_TEST(every_instance_has_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
