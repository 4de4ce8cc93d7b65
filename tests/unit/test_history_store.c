/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_history_store.c: the database of records: what is stored is there
 * after the next opening, limits are kept in steps, and what is not ours or
 * not whole is told from what is. Some damage is done by SQL, as a disk would
 * not: that is what tells a record from its sum.
 */
#include <sqlite3.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "history/history_file.h"
#include "core_fixture.h"
#include "history_fixture.h"
#include "lib/clock.h"
#include "workdir.h"

static struct history_store *
open_store(void)
{
	struct history_store *store =
	    history_store_create(workdir_path("state"));
	bool fresh;

	assert_true(history_store_open(store, &fresh));
	assert_true(fresh);
	return store;
}

/* One transaction of records with these numbers, closed at those times. */
static bool
put(struct history_store *store, int64_t first, unsigned count,
    const struct history_limits *limits)
{
	struct history_record *records[HISTORY_BATCH] = {NULL};
	bool done;

	for (unsigned i = 0; i < count; i++) {
		records[i] =
		    history_record_create(first + i, "x", "{\"a\":1}", 7);
		records[i]->number = first + i;
	}
	done = history_store_insert(store, records, count, NULL, limits);
	for (unsigned i = 0; i < count; i++)
		history_record_free(records[i]);
	return done;
}

/* How many records a query finds, piece by piece. */
static int64_t
count_found(struct history_store *store)
{
	struct history_query query = {
	    .before = HISTORY_FIRST, .limit = 1000000};
	int64_t found = 0;

	do {
		query.found = 0;
		query.looked_at = 0;
		history_store_read(store, &query);
		found += query.found;
		query.before = query.reached;
		buffer_free(&query.out);
	} while (query.end == HISTORY_GO_ON);
	assert_int_equal(query.end, HISTORY_LAST);
	return found;
}

static void
what_is_stored_is_there_after_the_next_opening(void **state)
{
	struct history_store *store = open_store();
	struct stat status;

	assert_true(put(store, 1, 500, &no_limits));
	history_store_free(store);
	store = open_store();
	assert_int_equal(history_store_figures(store)->count, 500);
	assert_int_equal(history_store_figures(store)->last, 500);
	assert_int_equal(history_store_figures(store)->oldest, 1);
	assert_int_equal(count_found(store), 500);
	history_store_free(store);
	assert_int_equal(stat(workdir_path("state"), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	assert_int_equal(stat(workdir_path("state/" HISTORY_FILE), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void
a_transaction_is_stored_as_a_whole_or_not_at_all(void **state)
{
	struct history_store *store = open_store();

	assert_true(put(store, 10, 1, &no_limits));
	assert_false(put(store, 5, 20, &no_limits));
	assert_int_equal(count_found(store), 1);
	assert_int_equal(history_store_figures(store)->count, 1);
	history_store_free(store);
}

static void
a_record_is_known_by_its_number_and_its_sum(void **state)
{
	struct history_store *store = open_store();
	struct history_record *same =
	    history_record_create(7, "x", "{\"a\":1}", 7);
	struct history_record *other =
	    history_record_create(7, "x", "{\"a\":2}", 7);
	bool holds;

	same->number = other->number = 7;
	assert_true(put(store, 7, 1, &no_limits));
	assert_true(history_store_holds(store, same, &holds) && holds);
	assert_true(history_store_holds(store, other, &holds) && !holds);
	same->number = 8;
	assert_true(history_store_holds(store, same, &holds) && !holds);
	history_record_free(same);
	history_record_free(other);
	history_store_free(store);
}

static void
what_is_too_much_goes_in_bounded_steps(void **state)
{
	struct history_limits limits = {.keep = 100};
	struct history_store *store = open_store();

	for (int i = 0; i < 3; i++)
		assert_true(put(store, 1 + i * 500, 500, &no_limits));
	assert_true(history_store_insert(store, NULL, 0, NULL, &limits));
	assert_int_equal(
	    history_store_figures(store)->count, 1500 - HISTORY_BATCH);
	for (int i = 0; i < 2; i++)
		assert_true(
		    history_store_insert(store, NULL, 0, NULL, &limits));
	assert_int_equal(history_store_figures(store)->count, 100);
	assert_int_equal(history_store_figures(store)->oldest, 1401);
	assert_int_equal(count_found(store), 100);
	assert_true(put(store, 2000, 50, &limits));
	assert_int_equal(history_store_figures(store)->count, 100);
	history_store_free(store);
}

static void
what_is_too_old_goes(void **state)
{
	struct history_limits limits = {
	    .keep = UINT32_MAX, .max_age = 3600 * NS_PER_SEC};
	struct history_store *store = open_store();
	int64_t now = clock_realtime();

	assert_true(put(store, now - 3700 * NS_PER_SEC, 10, &no_limits));
	assert_true(put(store, now, 10, &no_limits));
	assert_true(history_store_insert(store, NULL, 0, NULL, &limits));
	assert_int_equal(history_store_figures(store)->count, 10);
	assert_int_equal(history_store_figures(store)->oldest, now);
	history_store_free(store);
}

/* --- what lives ----------------------------------------------------------- */

/* One change, as the only one of a list. */
static struct living_list *
a_life(uint64_t id, int64_t instance, bool remove)
{
	static struct living_list list;
	struct living *living = living_create("this boot", id);

	living->handle.bytes = 3;
	living->handle.type = 7;
	(void)memcpy(living->handle.handle, "abc", 3);
	living->names = memory_strdup("blue");
	living->text = memory_strdup("{\"instance\":1");
	living->instance = instance;
	living->remove = remove;
	STAILQ_INIT(&list);
	STAILQ_INSERT_TAIL(&list, living, link);
	return &list;
}

static void
put_list(struct history_store *store, struct living_list *list)
{
	assert_true(history_store_insert(store, NULL, 0, list, &no_limits));
	living_list_free(list);
}

static void
put_life(struct history_store *store, uint64_t id, bool remove)
{
	put_list(store, a_life(id, 1, remove));
}

/* A record with which a life ends. */
static void
put_end(struct history_store *store, int64_t number, uint64_t id,
    enum record_end end, const char *before)
{
	struct history_record *record =
	    history_record_create(number, "blue", "{}", 2);

	record->number = number;
	history_record_set_life(
	    record, &(struct record_life){
			.boot = "this boot",
			.kernel_id = id,
			.instance = 1,
			.end = end,
			.before = before,
			.before_size = before != NULL ? strlen(before) : 0,
		    });
	assert_true(history_store_insert(store, &record, 1, NULL, &no_limits));
	history_record_free(record);
}

/* What the next daemon finds, as "ID:BEFORE ", with "!" if it has a record. */
static const char *
living(struct history_store **store)
{
	static char text[256];
	struct living_list list;
	struct living *one;
	size_t length = 0;

	history_store_free(*store);
	*store = open_store();
	assert_true(history_store_read_living(*store, &list));
	text[0] = '\0';
	STAILQ_FOREACH (one, &list, link) {
		assert_string_equal(one->boot, "this boot");
		assert_string_equal(one->names, "blue");
		assert_int_equal(one->handle.type, 7);
		assert_memory_equal(one->handle.handle, "abc", 3);
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		    "%llu:%.*s%s ", (unsigned long long)one->id,
		    (int)one->before_size,
		    one->before != NULL ? one->before : "",
		    one->text[0] == '\0' ? "!" : "");
	}
	living_list_free(&list);
	return text;
}

static void
what_lives_is_known_to_the_next_daemon(void **state)
{
	struct history_store *store = open_store();

	put_life(store, UINT64_MAX, false);
	put_life(store, 8, false);
	assert_string_equal(living(&store), "18446744073709551615: 8: ");
	put_life(store, 8, true);
	assert_string_equal(living(&store), "18446744073709551615: ");
	history_store_free(store);
}

static void
what_was_counted_is_handed_on_with_the_record_and_no_sooner(void **state)
{
	struct history_store *store = open_store();

	put_life(store, 8, false);
	put_end(store, 1, 8, RECORD_ENDS_INSTANCE, "udp out 3");
	assert_string_equal(living(&store), "8:udp out 3! ");
	/* The next life knows it, and has nothing of its own yet. */
	put_life(store, 8, false);
	assert_string_equal(living(&store), "8:udp out 3 ");
	put_end(store, 2, 8, RECORD_ENDS_INSTANCE, NULL);
	assert_string_equal(living(&store), "8:udp out 3! ");
	put_end(store, 3, 8, RECORD_ENDS_NAMESPACE, NULL);
	assert_string_equal(living(&store), "");
	history_store_free(store);
}

static void
a_record_that_comes_late_ends_its_own_instance(void **state)
{
	struct history_store *store = open_store();

	put_life(store, 8, false);
	put_list(store, a_life(8, 2, false));
	put_end(store, 1, 8, RECORD_ENDS_INSTANCE, "udp out 3");
	assert_string_equal(living(&store), "8:udp out 3 ");
	history_store_free(store);
}

static void
what_a_daemon_leaves_is_for_the_next_to_say(void **state)
{
	struct history_store *store = open_store();

	put_life(store, 8, false);
	put_end(store, 1, 8, RECORD_ENDS_DAEMON, "udp out 3");
	assert_string_equal(living(&store), "8:udp out 3 ");
	history_store_free(store);
}

static void
one_directory_is_for_one_daemon(void **state)
{
	struct history_store *first = open_store(), *second;
	bool fresh;

	second = history_store_create(workdir_path("state"));
	assert_false(history_store_open(second, &fresh));
	assert_non_null(strstr(
	    history_store_problem(second)->text, "used by another netinstd"));
	history_store_free(first);
	assert_true(history_store_open(second, &fresh));
	history_store_free(second);
}

static void
a_lock_of_somebody_else_s_is_not_waited_for_long(void **state)
{
	struct history_store *store = open_store();
	sqlite3 *other;
	bool fresh;

	assert_true(put(store, 5, 1, &no_limits));
	history_store_free(store);
	store = history_store_create(workdir_path("state"));
	assert_int_equal(
	    sqlite3_open(workdir_path("state/" HISTORY_FILE), &other), 0);
	assert_int_equal(
	    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	assert_false(history_store_open(store, &fresh));
	assert_non_null(strstr(history_store_problem(store)->text,
	    "another process has it locked"));
	assert_int_equal(count_found(store), 1);
	assert_int_equal(sqlite3_close(other), 0);
	assert_true(history_store_open(store, &fresh));
	assert_true(put(store, 1, 1, &no_limits));
	history_store_free(store);
}

static void
a_record_that_was_changed_is_left_out_and_counted(void **state)
{
	struct history_store *store = open_store();

	assert_true(put(store, 1, 10, &no_limits));
	history_store_free(store);
	run_sql("UPDATE record SET text = '{\"a\":\n' WHERE number = 5");
	store = open_store();
	assert_int_equal(count_found(store), 9);
	assert_int_equal(history_store_figures(store)->damaged, 1);
	history_store_free(store);
}

static void
what_was_taken_away_is_begun_anew(void **state)
{
	struct history_store *store = open_store();
	bool fresh;

	assert_true(put(store, 1, 5, &no_limits));
	assert_true(history_store_open(store, &fresh));
	assert_false(fresh);
	assert_int_equal(
	    rename(workdir_path("state"), workdir_path("elsewhere")), 0);
	assert_true(history_store_open(store, &fresh));
	assert_true(fresh);
	assert_true(put(store, 6, 1, &no_limits));
	history_store_free(store);
	store = open_store();
	assert_int_equal(history_store_figures(store)->count, 1);
	history_store_free(store);
}

static void
the_database_of_a_newer_one_is_left_alone(void **state)
{
	struct history_store *store = open_store();
	bool fresh;

	history_store_free(store);
	run_sql("PRAGMA user_version = 1000");
	store = history_store_create(workdir_path("state"));
	assert_false(history_store_open(store, &fresh));
	assert_non_null(strstr(
	    history_store_problem(store)->text, "made by a newer netinstd"));
	history_store_free(store);
	assert_int_equal(count_files(HISTORY_FILE ".corrupt-*"), 0);
}

static void
what_is_no_database_of_ours_is_moved_aside(void **state)
{
	struct history_store *store;

	assert_int_equal(mkdir(workdir_path("state"), 0700), 0);
	(void)workdir_write(
	    "state/" HISTORY_FILE, "not a database, but long", 24);
	store = open_store();
	assert_true(put(store, 1, 1, &no_limits));
	history_store_free(store);
	run_sql("PRAGMA application_id = 7");
	store = open_store();
	assert_int_equal(history_store_figures(store)->count, 1);
	history_store_free(store);
	assert_int_equal(count_files(HISTORY_FILE ".corrupt-*"), 2);
}

/* Also when another one went in the same second. */
static void
a_log_goes_aside_with_its_database(void **state)
{
	char moved[NAME_MAX + 1];
	int directory, i;

	assert_int_equal(mkdir(workdir_path("state"), 0700), 0);
	directory = open(workdir_path("state"), O_RDONLY | O_DIRECTORY);
	assert_true(directory >= 0);
	for (i = 1; i <= 3; i++) {
		(void)workdir_write("state/" HISTORY_FILE, "database", 8);
		(void)workdir_write("state/" HISTORY_FILE "-wal", "log", 3);
		assert_true(
		    history_file_move_aside(directory, moved, sizeof(moved)));
		assert_true(history_file_has_log(directory, moved));
		assert_int_equal(count_files(HISTORY_FILE), 0);
		assert_int_equal(count_files(HISTORY_FILE "-wal"), 0);
		assert_int_equal(count_files(HISTORY_FILE ".corrupt-*"), 2 * i);
	}
	/* None is there any more. */
	assert_false(history_file_move_aside(directory, moved, sizeof(moved)));
	assert_int_equal(errno, ENOENT);
	(void)close(directory);
}

static void
what_stands_in_the_way_is_named_and_stays(void **state)
{
	struct history_store *store;
	struct stat status;
	bool fresh;

	assert_int_equal(mkdir(workdir_path("state"), 0700), 0);
	assert_int_equal(
	    symlink("/dev/null", workdir_path("state/" HISTORY_FILE)), 0);
	store = history_store_create(workdir_path("state"));
	assert_false(history_store_open(store, &fresh));
	assert_true(history_store_problem(store)->text[0] != '\0');
	assert_int_equal(
	    lstat(workdir_path("state/" HISTORY_FILE), &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(unlink(workdir_path("state/" HISTORY_FILE)), 0);
	assert_true(history_store_open(store, &fresh));
	history_store_free(store);
}

static void
a_path_with_marks_of_a_uri_in_it_is_a_path(void **state)
{
	struct history_store *store;
	struct stat status;
	bool fresh;

	store = history_store_create(workdir_path("a?mode=ro#b%20c"));
	assert_true(history_store_open(store, &fresh));
	assert_true(put(store, 1, 1, &no_limits));
	history_store_free(store);
	assert_int_equal(
	    stat(workdir_path("a?mode=ro#b%20c/" HISTORY_FILE), &status), 0);
	assert_true(status.st_size > 0);
}

#define STORE_TEST(test)                                                       \
	cmocka_unit_test_setup_teardown(test, history_setup, history_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    STORE_TEST(what_is_stored_is_there_after_the_next_opening),
	    STORE_TEST(a_transaction_is_stored_as_a_whole_or_not_at_all),
	    STORE_TEST(a_record_is_known_by_its_number_and_its_sum),
	    STORE_TEST(what_is_too_much_goes_in_bounded_steps),
	    STORE_TEST(what_is_too_old_goes),
	    STORE_TEST(what_lives_is_known_to_the_next_daemon),
	    STORE_TEST(
		what_was_counted_is_handed_on_with_the_record_and_no_sooner),
	    STORE_TEST(a_record_that_comes_late_ends_its_own_instance),
	    STORE_TEST(what_a_daemon_leaves_is_for_the_next_to_say),
	    STORE_TEST(one_directory_is_for_one_daemon),
	    STORE_TEST(a_lock_of_somebody_else_s_is_not_waited_for_long),
	    STORE_TEST(a_record_that_was_changed_is_left_out_and_counted),
	    STORE_TEST(what_was_taken_away_is_begun_anew),
	    STORE_TEST(the_database_of_a_newer_one_is_left_alone),
	    STORE_TEST(what_is_no_database_of_ours_is_moved_aside),
	    STORE_TEST(a_log_goes_aside_with_its_database),
	    STORE_TEST(what_stands_in_the_way_is_named_and_stays),
	    STORE_TEST(a_path_with_marks_of_a_uri_in_it_is_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
