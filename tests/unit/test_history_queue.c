/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_history_queue.c: records in memory: their numbers, their bound, and
 * pages of them; the names and moments that are asked for.
 */
#include "history/history_queue.h"
#include "lib/clock.h"
#include "lib/time_text.h"
#include "test.h"

static struct history_queue queue;

static int
setup(void **state)
{
	history_queue_init(&queue);
	return 0;
}

static int
teardown(void **state)
{
	history_queue_clear(&queue);
	return 0;
}

static void
add(int64_t closed, const char *names)
{
	char text[64];
	int length =
	    snprintf(text, sizeof(text), "{\"at\":%lld}", (long long)closed);

	history_queue_add(
	    &queue, history_record_create(closed, names, text, (size_t)length));
}

/* The answer to a query, for free(). */
static char *
ask(struct history_query *query)
{
	char *answer;

	query->out = (struct buffer){0};
	query->found = 0;
	query->looked_at = 0;
	query->end = HISTORY_LAST;
	(void)history_queue_read(&queue, query);
	answer = strndup(
	    query->out.length > 0 ? query->out.data : "", query->out.length);
	buffer_free(&query->out);
	return answer;
}

static void
assert_answer(struct history_query *query, const char *expected)
{
	char *answer = ask(query);

	assert_string_equal(answer, expected);
	free(answer);
}

#define AT(n) "{\"stored\":false,\"at\":" #n "}"

/* --- numbers -------------------------------------------------------------- */

static void
numbers_rise_and_are_never_below_the_time(void **state)
{
	const struct history_record *record;
	int64_t before = 0;

	add(100, "a");
	add(100, "b");
	add(50, "the clock was set back");
	add(200, "d");
	TAILQ_FOREACH (record, &queue.list, link) {
		assert_true(record->number > before);
		assert_true(record->number >= record->closed);
		before = record->number;
	}
	assert_int_equal(before, 200);
}

static void
what_waits_is_numbered_above_what_is_stored(void **state)
{
	const struct history_record *first;

	add(100, "a");
	add(101, "b");
	history_queue_raise(&queue, 100);
	first = TAILQ_FIRST(&queue.list);
	assert_int_equal(first->number, 102);
	assert_int_equal(TAILQ_NEXT(first, link)->number, 103);
	history_queue_raise(&queue, 50);
	assert_int_equal(first->number, 102);
	add(1, "c");
	assert_int_equal(TAILQ_LAST(&queue.list, history_records)->number, 104);
}

/* --- the bound ------------------------------------------------------------ */

static void
the_oldest_goes_when_there_are_too_many(void **state)
{
	for (int i = 1; i <= HISTORY_MEMORY_MAX + 3; i++)
		add(i, "x");
	assert_int_equal(queue.count, HISTORY_MEMORY_MAX);
	assert_int_equal(queue.lost, 3);
	assert_int_equal(TAILQ_FIRST(&queue.list)->closed, 4);
}

static void
what_is_being_stored_stays_and_the_next_goes(void **state)
{
	struct history_record *taken[2];

	for (int i = 1; i <= HISTORY_MEMORY_MAX; i++)
		add(i, "x");
	assert_int_equal(history_queue_take(&queue, taken, 2), 2);
	add(20000, "x");
	assert_int_equal(taken[0]->closed, 1);
	assert_int_equal(taken[1]->closed, 2);
	assert_int_equal(TAILQ_NEXT(taken[1], link)->closed, 4);
	history_queue_release(&queue, 2, true);
	assert_int_equal(TAILQ_FIRST(&queue.list)->closed, 4);
	assert_int_equal(queue.count, HISTORY_MEMORY_MAX - 2);
}

static void
what_could_not_be_stored_waits_on(void **state)
{
	struct history_record *taken[4];

	add(1, "x");
	add(2, "x");
	assert_int_equal(history_queue_take(&queue, taken, 4), 2);
	history_queue_release(&queue, 2, false);
	assert_int_equal(history_queue_take(&queue, taken, 1), 1);
	assert_int_equal(taken[0]->closed, 1);
	history_queue_release(&queue, 1, true);
	assert_int_equal(queue.count, 1);
}

static void
limits_take_the_oldest_by_count_and_by_age(void **state)
{
	struct history_limits limits = {.keep = 3};

	for (int i = 1; i <= 5; i++)
		add(i, "x");
	history_queue_prune(&queue, &limits, 100);
	assert_int_equal(TAILQ_FIRST(&queue.list)->closed, 3);
	limits.max_age = 96;
	history_queue_prune(&queue, &limits, 100);
	assert_int_equal(TAILQ_FIRST(&queue.list)->closed, 4);
	limits.max_age = 1;
	history_queue_prune(&queue, &limits, 100);
	assert_int_equal(queue.count, 0);
}

/* --- questions ------------------------------------------------------------ */

static void
pages_give_the_newest_first_and_add_up(void **state)
{
	struct history_query query = {.before = HISTORY_FIRST, .limit = 2};

	for (int i = 1; i <= 3; i++)
		add(i, "x");
	assert_answer(&query, AT(3) "," AT(2));
	assert_int_equal(query.end, HISTORY_MORE);
	query.before = query.written;
	assert_answer(&query, AT(1));
	assert_int_equal(query.end, HISTORY_GO_ON);
	query.before = query.reached;
	assert_answer(&query, "");
}

static void
a_page_that_is_just_full_is_not_followed_by_an_empty_one(void **state)
{
	struct history_query query = {
	    .before = HISTORY_FIRST, .limit = 2, .match = "a"};

	add(1, "b");
	add(2, "a");
	add(3, "a");
	assert_answer(&query, AT(3) "," AT(2));
	assert_int_not_equal(query.end, HISTORY_MORE);
}

static void
questions_go_by_any_of_the_names_and_by_time(void **state)
{
	struct history_query query = {.before = HISTORY_FIRST, .limit = 9};

	add(1, "web-1");
	add(2, "db\nweb-2\nother");
	add(3, "db");
	query.match = "web-*";
	assert_answer(&query, AT(2) "," AT(1));
	query.match = "other";
	assert_answer(&query, AT(2));
	query.match = NULL;
	query.since = 2;
	assert_answer(&query, AT(3) "," AT(2));
}

static void
a_piece_ends_before_it_gets_long(void **state)
{
	struct history_query query = {
	    .before = HISTORY_FIRST, .limit = 10000, .match = "none"};

	for (int i = 1; i <= 3000; i++)
		add(i, "x");
	assert_answer(&query, "");
	assert_int_equal(query.end, HISTORY_GO_ON);
	assert_in_range(query.reached, 1000, 2999);
}

/* --- names and moments ---------------------------------------------------- */

static void
names_match_as_a_whole(void **state)
{
	assert_true(history_record_matches("", NULL));
	assert_true(history_record_matches("a\nb", "b"));
	assert_false(history_record_matches("ab\nc", "b"));
	assert_false(history_record_matches("a\nb", "a*b"));
	assert_true(history_record_matches("", "*"));
}

static void
a_sum_tells_texts_apart(void **state)
{
	assert_true(history_record_sum("ab", "c", 1) !=
		    history_record_sum("a", "bc", 2));
	assert_true(
	    history_record_sum("a", "b", 1) != history_record_sum("a", "c", 1));
}

static void
moments_are_read_as_they_are_written(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds, fraction;
	} good[] = {
	    {"1970-01-01", 0, 0},
	    {"2026-11-23", 1795392000, 0},
	    {"2026-11-23T08:00", 1795420800, 0},
	    {"2026-11-23 08:00:01Z", 1795420801, 0},
	    {"2026-11-23T08:00:00.5Z", 1795420800, 500000000},
	    {"2026-11-23T08:00:00.123456789Z", 1795420800, 123456789},
	    {"2024-02-29", 1709164800, 0},
	    {"7", 0, 7},
	};
	static const char *const bad[] = {"", "x", "-1", "2026-11",
	    "2026-13-01", "2026-11-31", "2025-02-29", "2026-11-23T",
	    "2026-11-23T24:00", "2026-11-23T08:60", "2026-11-23T08:00:00.",
	    "2026-11-23Zx", "9223372036854775808",
	    "2026-11-23T08:00:00.1234567890Z"};
	int64_t time;

	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(time_text_read(good[i].text, &time));
		assert_int_equal(
		    time, good[i].seconds * NS_PER_SEC + good[i].fraction);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(time_text_read(bad[i], &time));
}

#define QUEUE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    QUEUE_TEST(numbers_rise_and_are_never_below_the_time),
	    QUEUE_TEST(what_waits_is_numbered_above_what_is_stored),
	    QUEUE_TEST(the_oldest_goes_when_there_are_too_many),
	    QUEUE_TEST(what_is_being_stored_stays_and_the_next_goes),
	    QUEUE_TEST(what_could_not_be_stored_waits_on),
	    QUEUE_TEST(limits_take_the_oldest_by_count_and_by_age),
	    QUEUE_TEST(pages_give_the_newest_first_and_add_up),
	    QUEUE_TEST(
		a_page_that_is_just_full_is_not_followed_by_an_empty_one),
	    QUEUE_TEST(questions_go_by_any_of_the_names_and_by_time),
	    QUEUE_TEST(a_piece_ends_before_it_gets_long),
	    cmocka_unit_test(names_match_as_a_whole),
	    cmocka_unit_test(a_sum_tells_texts_apart),
	    cmocka_unit_test(moments_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
