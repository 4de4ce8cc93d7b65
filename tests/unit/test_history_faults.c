/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_history_faults.c: a database whose disk fails for a while, and one
 * that an earlier daemon left damaged or in an older form. What fails are the
 * calls that SQLite was given for pread() and pwrite().
 */
#include <sqlite3.h>
#include <sys/wait.h>

#include "exec/thread.h"
#include "history/history.h"
#include "core_fixture.h"
#include "history_fixture.h"
#include "lib/clock.h"
#include "workdir.h"

/* --- the disk ------------------------------------------------------------- */

/* Of files whose name has that in it, from that offset on; NULL: it works. */
static const char *broken;
static off64_t broken_from;

static bool
is_broken(int fd, off64_t offset)
{
	char link[64], path[4096];
	ssize_t length;

	if (broken == NULL || offset < broken_from)
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	return strstr(path, broken) != NULL;
}

static ssize_t
disk_read(int fd, void *buffer, size_t size, off64_t offset)
{
	if (is_broken(fd, offset)) {
		errno = EIO;
		return -1;
	}
	return pread64(fd, buffer, size, offset);
}

/* Where writing waits, unless NULL. */
static struct gate *slow;

static ssize_t
disk_write(int fd, const void *buffer, size_t size, off64_t offset)
{
	if (slow != NULL)
		gate_pass(slow);
	if (is_broken(fd, offset)) {
		errno = EIO;
		return -1;
	}
	return pwrite64(fd, buffer, size, offset);
}

static void
disk_begins(void)
{
	sqlite3_vfs *vfs;

	assert_int_equal(sqlite3_initialize(), 0);
	vfs = sqlite3_vfs_find(NULL);
	assert_non_null(vfs);
	(void)vfs->xSetSystemCall(
	    vfs, "pread64", (sqlite3_syscall_ptr)disk_read);
	(void)vfs->xSetSystemCall(vfs, "pread", (sqlite3_syscall_ptr)disk_read);
	(void)vfs->xSetSystemCall(
	    vfs, "pwrite64", (sqlite3_syscall_ptr)disk_write);
	(void)vfs->xSetSystemCall(
	    vfs, "pwrite", (sqlite3_syscall_ptr)disk_write);
}

static void
disk_breaks(const char *name, off64_t from)
{
	broken = name;
	broken_from = from;
}

static void
disk_works(void)
{
	broken = NULL;
}

/* --- stores --------------------------------------------------------------- */

static int
setup(void **state)
{
	disk_begins();
	return history_setup(state);
}

static int
teardown(void **state)
{
	disk_works();
	return history_teardown(state);
}

static struct history_store *
open_store(void)
{
	struct history_store *store =
	    history_store_create(workdir_path("state"));
	bool fresh;

	assert_true(history_store_open(store, &fresh));
	return store;
}

/* Records with numbers from 1 on, in one transaction. */
static void
fill(struct history_store *store, unsigned count)
{
	struct history_record *records[HISTORY_BATCH] = {0};
	char text[600];
	unsigned i;

	(void)memset(text, ' ', sizeof(text));
	text[0] = '{';
	text[sizeof(text) - 1] = '}';
	for (i = 0; i < count; i++) {
		records[i] =
		    history_record_create(1 + i, "x", text, sizeof(text));
		records[i]->number = 1 + i;
	}
	assert_true(
	    history_store_insert(store, records, count, NULL, &no_limits));
	for (i = 0; i < count; i++)
		history_record_free(records[i]);
}

static void
make_store(unsigned count)
{
	struct history_store *store = open_store();

	fill(store, count);
	history_store_free(store);
}

/* The same by a daemon that is killed: what is stored is in the log only. */
static void
make_killed_store(unsigned count)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		fill(open_store(), count);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Overwrites a page of the database. */
static void
damage(unsigned page)
{
	char bytes[4096];
	FILE *file = fopen(workdir_path("state/" HISTORY_FILE), "r+");

	assert_non_null(file);
	(void)memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(
	    fseek(file, (long)(page * sizeof(bytes)), SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, sizeof(bytes), 1, file), 1);
	assert_int_equal(fclose(file), 0);
}

/* --- errors that pass ----------------------------------------------------- */

static void
what_cannot_be_read_for_a_moment_is_not_damaged(void **state)
{
	struct history_store *store;
	bool fresh;

	make_store(400);
	disk_breaks(HISTORY_FILE, 8192);
	store = history_store_create(workdir_path("state"));
	assert_false(history_store_open(store, &fresh));
	assert_non_null(strstr(
	    history_store_problem(store)->text, "reading or writing it fails"));
	disk_works();
	assert_true(history_store_open(store, &fresh));
	assert_int_equal(history_store_figures(store)->count, 400);
	assert_int_equal(history_store_figures(store)->moved_aside, 0);
	history_store_free(store);
	assert_int_equal(count_files("*corrupt*"), 0);
}

static void
nor_is_one_whose_log_cannot_be_read(void **state)
{
	struct history_store *store;
	bool fresh;

	make_killed_store(400);
	disk_breaks(HISTORY_FILE "-wal", 0);
	store = history_store_create(workdir_path("state"));
	assert_false(history_store_open(store, &fresh));
	disk_works();
	assert_true(history_store_open(store, &fresh));
	assert_int_equal(history_store_figures(store)->count, 400);
	history_store_free(store);
	assert_int_equal(count_files("*corrupt*"), 0);
}

static void
what_cannot_be_written_for_a_moment_can_be_later(void **state)
{
	struct history_store *store = open_store();
	struct history_record *record =
	    history_record_create(1, "x", "{\"a\":1}", 7);
	bool fresh, holds;

	record->number = 1;
	disk_breaks(HISTORY_FILE, 0);
	assert_false(history_store_insert(store, &record, 1, NULL, &no_limits));
	assert_false(history_store_open(store, &fresh));
	disk_works();
	assert_true(history_store_open(store, &fresh));
	assert_true(history_store_holds(store, record, &holds) && !holds);
	assert_true(history_store_insert(store, &record, 1, NULL, &no_limits));
	assert_int_equal(history_store_figures(store)->count, 1);
	history_record_free(record);
	history_store_free(store);
}

/* --- mappings ------------------------------------------------------------- */

/* Whether a file of the store is mapped, whose pages could fail. */
static bool
is_mapped(void)
{
	char line[4352];
	FILE *maps = fopen("/proc/self/maps", "r");
	bool found = false;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL)
		found = found || strstr(line, HISTORY_FILE) != NULL;
	(void)fclose(maps);
	return found;
}

static void
no_file_of_the_store_is_mapped(void **state)
{
	struct history_store *store = open_store();

	fill(store, 400);
	assert_false(is_mapped());
	history_store_free(store);
}

/* --- what an earlier daemon left ------------------------------------------ */

static void
what_could_not_be_taken_over_is_by_the_next_daemon(void **state)
{
	struct history_store *store;
	bool fresh;

	make_store(400);
	damage(20);
	/* The old one can be moved aside, not read. */
	disk_breaks(".corrupt-", 0);
	store = history_store_create(workdir_path("state"));
	assert_true(history_store_open(store, &fresh));
	assert_int_equal(history_store_figures(store)->moved_aside, 1);
	assert_int_equal(history_store_figures(store)->count, 0);
	assert_non_null(history_store_rescue_problem(store));
	history_store_free(store);
	disk_works();
	store = open_store();
	assert_true(history_store_figures(store)->count > 300);
	assert_null(history_store_rescue_problem(store));
	assert_int_equal(history_store_figures(store)->due, INT64_MAX);
	history_store_free(store);
	assert_int_equal(count_files(HISTORY_FILE ".corrupt-*"), 1);
}

static void
what_was_taken_over_is_not_again(void **state)
{
	struct history_limits limits = {.keep = 1};
	struct history_store *store;

	make_store(400);
	damage(20);
	store = open_store();
	while (history_store_figures(store)->count > limits.keep)
		assert_true(
		    history_store_insert(store, NULL, 0, NULL, &limits));
	history_store_free(store);
	store = open_store();
	assert_int_equal(history_store_figures(store)->count, 1);
	history_store_free(store);
}

static void
the_database_of_an_older_one_is_taken_on(void **state)
{
	struct history_store *store;

	make_store(400);
	run_sql(
	    "DROP TABLE rescued; DROP TABLE living; PRAGMA user_version = 1");
	store = open_store();
	assert_int_equal(history_store_figures(store)->count, 400);
	assert_int_equal(history_store_figures(store)->moved_aside, 0);
	history_store_free(store);
	run_sql("SELECT name FROM rescued");
}

/* --- the stop ------------------------------------------------------------- */

static void
stop(void *arg)
{
	history_stop();
}

/* What the history says when the stop takes too long. */
static bool
says_that_it_hangs(void)
{
	bool says;

	history_give_up();
	says = strstr(log_kept(), "hung: the store of records") != NULL;
	log_keep();
	return says;
}

static void
a_store_that_is_slow_names_itself_at_the_stop(void **state)
{
	int64_t deadline = clock_monotonic() + PATIENCE;
	struct thread stopper;
	struct gate written;

	gate_init(&written);
	slow = &written;
	assert_int_equal(history_start(workdir_path("state"), &no_limits), 0);
	gate_wait(&written, 1);
	assert_false(says_that_it_hangs());
	assert_int_equal(thread_start(&stopper, "stopper", stop, NULL), 0);
	while (!says_that_it_hangs())
		assert_true(clock_monotonic() < deadline);
	gate_open(&written);
	thread_join(&stopper);
	assert_false(says_that_it_hangs());
	slow = NULL;
	gate_destroy(&written);
}

#define FAULT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    FAULT_TEST(what_cannot_be_read_for_a_moment_is_not_damaged),
	    FAULT_TEST(nor_is_one_whose_log_cannot_be_read),
	    FAULT_TEST(what_cannot_be_written_for_a_moment_can_be_later),
	    FAULT_TEST(no_file_of_the_store_is_mapped),
	    FAULT_TEST(what_could_not_be_taken_over_is_by_the_next_daemon),
	    FAULT_TEST(what_was_taken_over_is_not_again),
	    FAULT_TEST(the_database_of_an_older_one_is_taken_on),
	    FAULT_TEST(a_store_that_is_slow_names_itself_at_the_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
